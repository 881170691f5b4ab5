import { Link } from "@tanstack/react-router";
import { Icon } from "../parts/icon.tsx";
import { NAVIGATION } from "./navigation-items.ts";
import { ProblemCount } from "./problem-count.tsx";

/** The pages, in the rail and in the drawer of a narrow window. */
export function Navigation({ onGo }: { readonly onGo?: () => void }) {
  return (
    <nav aria-label="Pages">
      <ul className="space-y-px">
        {NAVIGATION.map(({ to, title, icon, key }) => (
          <li key={to}>
            <Link
              to={to}
              title={`g ${key}`}
              activeOptions={{ exact: to === "/", includeSearch: false }}
              className="flex h-8 items-center gap-2.5 rounded px-2 text-sm text-soft hover:bg-raised hover:text-ink data-[status=active]:bg-raised data-[status=active]:font-medium data-[status=active]:text-ink"
              {...(onGo === undefined ? {} : { onClick: onGo })}
            >
              <Icon name={icon} />
              {title}
              {to === "/problems" ? (
                <span className="ml-auto">
                  <ProblemCount />
                </span>
              ) : null}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

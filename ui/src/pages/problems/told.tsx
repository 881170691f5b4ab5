import type { OpenProblem } from "../../api/schema.gen.ts";
import { Time } from "../../parts/time.tsx";

/** Who was told of a problem, and when; a channel that has not taken it yet says why. */
export function Told({ told }: Pick<OpenProblem, "told">) {
  if (told.length === 0) return <span className="text-soft">nobody</span>;
  return (
    <ul className="text-xs leading-5">
      {told.map(({ channel, sentAt, attempts, error }) => (
        <li key={channel}>
          {channel}{" "}
          {sentAt === null ? (
            <span className="text-warn" title={error ?? undefined}>
              {attempts === 0 ? "is told now" : `not yet, tried ${attempts === 1 ? "once" : `${attempts} times`}`}
            </span>
          ) : (
            <span className="text-soft">
              <Time at={sentAt} />
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}

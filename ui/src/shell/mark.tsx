import { Link } from "@tanstack/react-router";

/** The name of the house, which leads to the overview. */
export function Mark() {
  return (
    <Link to="/" className="flex items-center -mx-0.5 gap-2 px-1 py-1 text-base font-semibold tracking-tight">
      <svg viewBox="0 0 20 20" className="size-5 text-accent" fill="currentColor" aria-hidden="true">
        <path d="M3 2h2.6v16H3zM14.4 2H17v16h-2.6zM7 4.2h6v2H7zM7 8.4h6v5.8H7z" />
      </svg>
      Headgate
    </Link>
  );
}

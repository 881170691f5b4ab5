import { useCanOperate } from "../api/rights.ts";

interface ForOperatorsProps {
  /** Whose it is; any project that they operate will do where that is not known. */
  readonly project?: string | undefined;
  readonly children: React.ReactNode;
}

/** Buttons that change something: only for whom the API would not refuse. */
export function ForOperators({ project, children }: ForOperatorsProps) {
  return useCanOperate(project) ? children : null;
}

/** What the API answers when it refuses or fails (RFC 9457), as far as it is shown. */
interface Problem {
  readonly code?: string;
  readonly title?: string;
  readonly detail?: string;
  readonly hint?: string;
  readonly where?: string;
}

/** A request that was refused or failed. `code` is one of docs/errors.md; `E_UNREACHABLE` is the browser's own: no answer came. */
export class ApiError extends Error {
  /** 0 if there was no answer. */
  readonly status: number;
  readonly code: string;
  readonly hint: string | undefined;
  readonly where: string | undefined;

  constructor(status: number, problem: Problem) {
    super(problem.detail ?? problem.title ?? `the API answered ${status}`);
    this.name = "ApiError";
    this.status = status;
    this.code = problem.code ?? `HTTP ${status}`;
    this.hint = problem.hint;
    this.where = problem.where;
  }
}

/** The error that an answer with another status than 2xx stands for. */
export async function toApiError(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => ({}));
  return new ApiError(response.status, typeof body === "object" && body !== null ? readProblem(body) : {});
}

function readProblem(body: object): Problem {
  // Some routes answer `{ error: { code, message, hint } }`.
  const { error } = body as { error?: { code?: string; message?: string; hint?: string } };
  if (error === undefined) return body as Problem;
  return { ...error, ...(error.message === undefined ? {} : { detail: error.message }) };
}

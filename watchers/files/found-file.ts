/** A file as a look at it found it. */
export interface FoundFile {
  /** Relative to the root, with `/`. */
  readonly path: string;
  readonly size: number;
  /** Instants of the file system's clock, in milliseconds with fractions. */
  readonly mtimeMs: number;
  readonly ctimeMs: number;
}

/** What tells two contents of one path apart: an overwritten file has another version. To the microsecond, since `double` holds no more. */
export function versionOf(file: FoundFile): string {
  return `${file.size}:${Math.round(file.mtimeMs * 1000) / 1000}`;
}

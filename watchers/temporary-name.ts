const SUFFIXES = [".tmp", ".temp", ".part", ".partial", ".filepart", ".crdownload", "~"];

/** True for names that writers use while they write: `a.csv.part`, `.a.csv.x7Gh2q`, and everything in a dot folder. */
export function isTemporary(path: string): boolean {
  return path.split("/").some((name) => name.startsWith(".")) || SUFFIXES.some((suffix) => path.endsWith(suffix));
}

/** The names that a temporary name may get when it is complete: `.a.csv.x7Gh2q` may become `a.csv` or `a.csv.x7Gh2q`. */
export function finalPaths(temporary: string): readonly string[] {
  const slash = temporary.lastIndexOf("/") + 1;
  const folder = temporary.slice(0, slash);
  const suffix = SUFFIXES.find((one) => temporary.endsWith(one)) ?? "";
  const bare = temporary.slice(slash, temporary.length - suffix.length);
  const undotted = bare.replace(/^\.+/, "");
  const names = new Set([bare, undotted, bare === undotted ? bare : undotted.replace(/\.[^.]*$/, "")]);
  return [...names].filter((name) => name !== "" && !isTemporary(name)).map((name) => folder + name);
}

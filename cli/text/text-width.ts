const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Ranges that terminals draw two columns wide: East Asian wide and full-width forms, and pictures. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u;
const PLAIN = /^[\x20-\x7e]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g;

/** Columns that a text takes on a terminal. The text holds no colours. */
export function textWidth(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += widthOf(segment);
  return width;
}

/** The text on one line and without escape codes: what comes from outside must not move a person's cursor. */
export function oneLine(text: string): string {
  return PLAIN.test(text) ? text : text.replace(/\s*[\r\n]+\s*/g, " ").replace(CONTROL, "�");
}

/** The text in at most `columns`, with an ellipsis where something is missing; never cuts a character in two. */
export function truncate(text: string, columns: number, cut: "end" | "middle" = "end"): string {
  if (textWidth(text) <= columns) return text;
  if (columns < 1) return "";
  const segments = [...graphemes.segment(text)].map(({ segment }) => segment);
  const room = columns - 1;
  const head = cut === "end" ? room : Math.ceil(room / 2);
  return `${take(segments, head)}…${cut === "end" ? "" : take(segments.reverse(), room - head, true)}`;
}

function take(segments: readonly string[], columns: number, fromBehind = false): string {
  let taken = "";
  let width = 0;
  for (const segment of segments) {
    width += widthOf(segment);
    if (width > columns) break;
    taken = fromBehind ? segment + taken : taken + segment;
  }
  return taken;
}

function widthOf(segment: string): number {
  if (WIDE.test(segment)) return 2;
  return /^[\p{Mark}\p{Default_Ignorable_Code_Point}]+$/u.test(segment) ? 0 : 1;
}

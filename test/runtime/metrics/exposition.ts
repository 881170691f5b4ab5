/** One line of an exposition that has a value. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram" | "summary" | "untyped";
  readonly samples: readonly Sample[];
}

const HELP = /^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)$/;
const TYPE = /^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram|summary|untyped)$/;
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/y;
const SUFFIXES = { histogram: ["_bucket", "_sum", "_count"], summary: ["", "_sum", "_count"], counter: [""], gauge: [""], untyped: [""] } as const;

/** The text format 0.0.4, to the letter: help and type before samples, each family once, each sample once, buckets that add up. */
export function parseExposition(text: string): ReadonlyMap<string, Family> {
  if (!text.endsWith("\n")) throw new Error("the last line does not end");
  const families = new Map<string, { name: string; help: string; type: Family["type"]; samples: Sample[] }>();
  const met = new Set<string>();
  let help: { name: string; text: string } | undefined;
  let family: { name: string; help: string; type: Family["type"]; samples: Sample[] } | undefined;
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const [, helpName, helpText] = HELP.exec(line) ?? [];
    if (helpName !== undefined) {
      help = { name: helpName, text: helpText ?? "" };
      continue;
    }
    const [, typeName, type] = TYPE.exec(line) ?? [];
    if (typeName !== undefined) {
      if (help?.name !== typeName || help.text === "") throw new Error(`${typeName} has no help`);
      if (families.has(typeName)) throw new Error(`${typeName} comes twice`);
      family = { name: typeName, help: help.text, type: type as Family["type"], samples: [] };
      families.set(typeName, family);
      continue;
    }
    const [, name, labels = "", value] = SAMPLE.exec(line) ?? [];
    if (name === undefined || value === undefined) throw new Error(`not a line of an exposition: ${line}`);
    if (family === undefined || !SUFFIXES[family.type].some((suffix) => name === family?.name + suffix)) throw new Error(`${name} is of no family`);
    if (met.has(`${name}{${labels}}`)) throw new Error(`${name}{${labels}} comes twice`);
    met.add(`${name}{${labels}}`);
    family.samples.push({ name, labels: readLabels(labels), value: readValue(value) });
  }
  for (const one of families.values()) if (one.type === "histogram") checkBuckets(one);
  return families;
}

function readLabels(text: string): Readonly<Record<string, string>> {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < text.length) {
    const [, name, value] = LABEL.exec(text) ?? [];
    if (name === undefined || value === undefined || name in labels) throw new Error(`labels are wrong: ${text}`);
    labels[name] = value.replaceAll('\\"', '"').replaceAll("\\n", "\n").replaceAll("\\\\", "\\");
  }
  return labels;
}

function readValue(text: string): number {
  const value = text === "+Inf" ? Infinity : text === "-Inf" ? -Infinity : Number(text);
  if (Number.isNaN(value) && text.toLowerCase() !== "nan") throw new Error(`not a value: ${text}`);
  return value;
}

function checkBuckets({ name, samples }: Family): void {
  const series = new Map<string, { buckets: number[]; last: number; count?: number }>();
  for (const sample of samples) {
    const { le, ...rest } = sample.labels;
    const key = JSON.stringify(rest);
    const one = series.get(key) ?? { buckets: [], last: -Infinity };
    series.set(key, one);
    if (sample.name === `${name}_count`) one.count = sample.value;
    if (sample.name !== `${name}_bucket`) continue;
    const bound = readValue(le ?? "missing");
    if (bound <= one.last || sample.value < (one.buckets.at(-1) ?? 0)) throw new Error(`${name} has buckets that do not grow`);
    one.last = bound;
    one.buckets.push(sample.value);
  }
  for (const one of series.values()) if (one.last !== Infinity || one.buckets.at(-1) !== one.count) throw new Error(`${name} has no bucket for all`);
}

/** The value of the one sample with these labels. */
export function sampleValue(families: ReadonlyMap<string, Family>, name: string, labels: Readonly<Record<string, string>> = {}): number | undefined {
  const family = families.get(name.replace(/_(bucket|sum|count)$/, "")) ?? families.get(name);
  return family?.samples.find((one) => one.name === name && Object.entries(labels).every(([label, value]) => one.labels[label] === value))?.value;
}

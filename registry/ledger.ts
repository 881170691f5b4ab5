import type { AssetEvent } from "../core/event.ts";
import type { Fact, Fate } from "../core/fact.ts";
import { addFate, createFates, type FateFact, type Fates, findFate, forgetFates } from "./fates.ts";
import type { Counters } from "./state.ts";

type Writable<T> = { -readonly [K in keyof T]: T[K] };
type FactKind = Fact["kind"];
type Body<K extends FactKind> = Omit<Extract<Fact, { kind: K }>, "n" | "at" | "kind">;

/**
 * What became of what, in the order in which it happened. Within one instant an event's fate for a consumer and key is one fact:
 * what is gathered and taken at once was never `pending` for anyone who reads.
 */
export interface Ledger {
  open(now: number): void;
  event(event: AssetEvent, watcher?: string): void;
  /** The fate of an event for a consumer and key; replaces the one of this instant. The fact's run may be filled in later. */
  fate(dag: string, key: string, seq: number, fate: Fate, why?: string, run?: string): FateFact;
  /** Says of the fates of an event in this instant why they were written, where nothing else does. */
  because(dag: string, seq: number, why: string): void;
  /** The body becomes the fact: it must be one of its own. */
  write<K extends Exclude<FactKind, "fate" | "event">>(kind: K, body: Body<K>): void;
  warn(code: string, text: string, dag?: string): void;
  /** Events accepted in this instant so far. */
  accepted(): AssetEvent[];
  close(): Fact[];
}

export function createLedger(counters: Counters): Ledger {
  let at = 0;
  let facts: Fact[] = [];
  const fatesOf = new Map<string, Fates>();
  const written: Fates[] = [];
  const reasons = new Map<string, string>();

  function next(): number {
    counters.fact += 1;
    return counters.fact;
  }
  return {
    open: (now) => {
      at = now;
    },
    event: (event, watcher) => {
      facts.push(watcher === undefined ? { kind: "event", n: next(), at, event } : { kind: "event", n: next(), at, event, watcher });
    },
    because: (dag, seq, why) => {
      reasons.set(`${seq} ${dag}`, why);
    },
    fate: (dag, key, seq, fate, given, run) => {
      const why = given ?? (reasons.size === 0 ? undefined : reasons.get(`${seq} ${dag}`));
      let fates = fatesOf.get(dag);
      if (fates === undefined) {
        fates = createFates();
        fatesOf.set(dag, fates);
      }
      const same = findFate(fates, seq, key);
      if (same !== undefined) {
        same.fate = fate;
        if (same.why !== undefined) delete same.why;
        if (same.run !== undefined) delete same.run;
        if (why !== undefined) same.why = why;
        if (run !== undefined) same.run = run;
        return same;
      }
      const fact: FateFact = { kind: "fate", n: next(), at, dag, key, seq, fate };
      if (why !== undefined) fact.why = why;
      if (run !== undefined) fact.run = run;
      if (fates.facts.length === 0) written.push(fates);
      addFate(fates, fact);
      facts.push(fact);
      return fact;
    },
    write: (kind, body) => {
      const fact = body as unknown as Writable<Fact>;
      fact.kind = kind;
      fact.n = next();
      fact.at = at;
      facts.push(fact as Fact);
    },
    warn: (code, text, dag) => {
      facts.push({ kind: "warning", n: next(), at, code, text, ...(dag === undefined ? {} : { dag }) });
    },
    accepted: () => facts.flatMap((fact) => (fact.kind === "event" ? [fact.event] : [])),
    close: () => {
      const done = facts;
      facts = [];
      for (const fates of written) forgetFates(fates);
      written.length = 0;
      reasons.clear();
      return done;
    },
  };
}

import type { ConditionState } from "../../api/schema.gen.ts";
import { StatusMark } from "../../parts/status.tsx";
import { TextWithTimes } from "../../parts/text-with-times.tsx";

const WORDS: Readonly<Record<string, string>> = {
  all: "all of",
  any: "any of",
  atLeast: "enough of",
  sequence: "in this order",
  by: "for each key",
  within: "close in time",
  unless: "unless cleared",
};

/** A condition as a tree: what is there has a full mark, what is waited for says so. */
export function ConditionTree({ tree }: { readonly tree: ConditionState }) {
  return (
    <ul className="text-sm">
      <Branch node={tree} isRoot />
    </ul>
  );
}

function Branch({ node, isRoot = false }: { readonly node: ConditionState; readonly isRoot?: boolean }) {
  const { children = [], due, key, kind, pending = 0, text, waitsFor } = node;
  const isLeaf = children.length === 0;
  const status = due ? "present" : pending > 0 ? "pending" : "waiting";
  return (
    <li
      className={
        isRoot
          ? ""
          : "relative pl-5 before:absolute before:top-0 before:bottom-0 before:left-[5px] before:border-l before:border-line-strong last:before:bottom-auto last:before:h-3.5 after:absolute after:top-3.5 after:left-[5px] after:w-2.5 after:border-t after:border-line-strong"
      }
    >
      <div className="flex items-start gap-2 py-1">
        <span className="mt-1">
          <StatusMark status={status} word={due ? "there" : "waits"} />
        </span>
        <div className="min-w-0 leading-snug">
          <p className="break-words">
            {key === undefined ? null : <span className="mr-1.5 rounded-sm bg-raised px-1 font-mono text-xs">{key}</span>}
            {isLeaf ? <span className="font-mono text-[0.92em]">{text}</span> : <span className="font-medium">{WORDS[kind] ?? kind}</span>}
            {pending === 0 ? null : (
              <span className="ml-2 inline-block rounded-sm bg-wait-soft px-1 whitespace-nowrap text-xs text-wait tabular-nums">
                {pending.toLocaleString("en-US")} pending
              </span>
            )}
          </p>
          {due || !isLeaf || waitsFor === undefined ? null : (
            <p className="text-xs break-words text-soft">
              waits for <TextWithTimes text={waitsFor} />
            </p>
          )}
        </div>
      </div>
      {isLeaf ? null : (
        <ul>
          {children.map((child, index) => (
            <Branch key={index} node={child} />
          ))}
        </ul>
      )}
    </li>
  );
}

import { Time } from "./time.tsx";

const INSTANT = /(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{3})?Z)/;

/** A sentence of the registry, whose instants are ISO 8601, with each as a time in the zone of the one who looks. */
export function TextWithTimes({ text }: { readonly text: string }) {
  // Every second part is what the expression has caught.
  return text.split(INSTANT).map((part, index) => (index % 2 === 1 ? <Time key={`${index} ${part}`} at={part} form="local" /> : part));
}

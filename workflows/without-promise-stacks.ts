/**
 * The SDK follows every promise of a workflow and keeps a stack trace of it, for the query `__stack_trace`: an error is made, its positions
 * are looked up in the source map, and two functions are compiled on the way. That is a fifth of what a run costs, and what it answers is
 * where in the interpreter a run waits; what a run of ours waits for is told by its own queries and its details.
 *
 * The SDK cannot be asked to leave it out. Its hook reaches into the sandbox by `Promise.constructor`, so it is answered here: the activator
 * as ever (a rejection that nobody handles is traced to its workflow by it), and in place of an error something that has no stack, upon which
 * the hook keeps nothing. Errors that are thrown have their stacks. See docs/adr/0061.
 */
Object.defineProperty(Promise, "constructor", { configurable: true, value: answer });

function answer(source: string): unknown {
  switch (source) {
    case "return globalThis.__TEMPORAL_ACTIVATOR__":
      return activator;
    case "return globalThis.Error":
      return withoutStack;
    default:
      return Function(source);
  }
}

const activator = (): unknown => (globalThis as { readonly __TEMPORAL_ACTIVATOR__?: unknown }).__TEMPORAL_ACTIVATOR__;
const withoutStack = (): unknown => Unmarked;

class Unmarked {
  readonly stack = undefined;
}

import { userInfo } from "node:os";
import { HeadgateError } from "../core/errors.ts";
import type { Action } from "../store/operations.ts";
import type { Servers } from "./frame/connect.ts";
import type { Output } from "./frame/output.ts";

/** What a person did by the command line, without who: that is the user of this machine. */
export type ByHand = Omit<Action, "by" | "refused">;

/**
 * Does something and adds it to the operations, also if it is refused. A command goes on without them where no store is configured or
 * where it is away, and says so: who can reach Temporal can do it anyway.
 */
export async function recordedAction<T>({ store }: Pick<Servers, "store">, output: Pick<Output, "note">, action: ByHand, work: () => Promise<T>): Promise<T> {
  try {
    const done = await work();
    await record(undefined);
    return done;
  } catch (error) {
    if (HeadgateError.is(error)) await record(error.code);
    throw error;
  }

  async function record(refused: string | undefined): Promise<void> {
    try {
      const request = refused === undefined ? action.request : undefined;
      await (await store()).recordAction({ ...action, by: userInfo().username, refused, request });
    } catch (error) {
      if (!HeadgateError.is(error)) throw error;
      output.note(`this is not among the operations of the store: ${error.message}`);
    }
  }
}

import type { CleanedDay, Customer, SegmentedCustomer } from "./customers.ts";

/** The layers below gold, wherever they stand. Each write replaces what was there, so a task may run again. `ds` is a day: `2026-11-23`. */
export interface Layers {
  readonly landing: {
    /** The text of a file that has arrived, by its URI. */
    read(uri: string): Promise<string>;
  };
  readonly raw: {
    replaceFile(ds: string, file: string, lines: readonly string[]): Promise<void>;
    /** The lines of all files of the day, in the order of the files' names. */
    lines(ds: string): Promise<readonly string[]>;
  };
  readonly bronze: {
    replace(ds: string, cleaned: CleanedDay): Promise<void>;
    customers(ds: string): Promise<readonly Customer[]>;
  };
  readonly silver: {
    replace(ds: string, customers: readonly SegmentedCustomer[]): Promise<void>;
    customers(ds: string): Promise<readonly SegmentedCustomer[]>;
  };
}

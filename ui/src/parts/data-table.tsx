export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => React.ReactNode;
  /** @default "left" */
  readonly align?: "left" | "right";
  /** From which width of the window on the column is shown; the key columns always are. */
  readonly from?: "sm" | "md" | "lg" | "xl";
  /** Classes of its cells, such as a width. */
  readonly className?: string;
}

interface DataTableProps<Row> {
  /** What the rows are, for those who do not see the heading. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly isMarked?: (row: Row) => boolean;
}

const FROM = { sm: "hidden sm:table-cell", md: "hidden md:table-cell", lg: "hidden lg:table-cell", xl: "hidden xl:table-cell" } as const;

/** Rows of one kind. On a narrow window columns give way, and the rest scrolls sideways. */
export function DataTable<Row>({ label, columns, rows, rowKey, isMarked }: DataTableProps<Row>) {
  const look = (column: Column<Row>) =>
    `px-2 py-1.5 first:pl-4 last:pr-4 ${column.align === "right" ? "text-right tabular-nums" : "text-left"} ${column.from === undefined ? "" : FROM[column.from]} ${column.className ?? ""}`;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="overflow-x-auto" aria-label={label} tabIndex={0}>
      <table className="w-full border-collapse text-sm">
        <thead>
          <tr className="border-b border-line text-xs text-soft">
            {columns.map((column) => (
              <th key={column.title} scope="col" className={`${look(column)} font-medium whitespace-nowrap`}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)} className={`border-b border-line last:border-b-0 hover:bg-raised/60 ${isMarked?.(row) === true ? "bg-accent-soft" : ""}`}>
              {columns.map((column) => (
                <td key={column.title} className={look(column)}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

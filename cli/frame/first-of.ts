/** The first `most` items of a list that is taken a page at a time. */
export async function firstOf<Item>(items: AsyncIterable<Item>, most: number): Promise<readonly Item[]> {
  const found: Item[] = [];
  for await (const item of items) {
    found.push(item);
    if (found.length >= most) break;
  }
  return found;
}

/** The largest page that a list gives. */
const PAGE = 200;

/** How many items a page should have of which so many are wanted. */
export function pageFor(most: number): number {
  return Math.min(most, PAGE);
}

/** What a node takes of the drawing, in pixels at its own size. */
export const NODE_WIDTH = 236;
export const NODE_HEIGHT = 46;

/** Where the upper left corner of each node is. */
export type Positions = Readonly<Record<string, readonly [x: number, y: number]>>;

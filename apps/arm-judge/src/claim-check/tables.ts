import type { Token } from './tokens.ts';

/** Where a token stands in a table: which table of the text, its row (0 is the head) and its column. */
export interface Cell {
  readonly table: number;
  readonly row: number;
  readonly column: number;
}

function rowsOf(tokens: readonly Token[]): number[][] {
  const rows: number[][] = [];
  tokens.forEach((token, at) => {
    if (tokens[at - 1]?.sentence === token.sentence) rows.at(-1)?.push(at);
    else rows.push([at]);
  });
  return rows;
}

const none: ReadonlyMap<number, Cell> = new Map();

/** The cells of tables written with `|`: rows that follow each other with at least one bar each. */
export function cellsOf(tokens: readonly Token[]): ReadonlyMap<number, Cell> {
  const cells = new Map<number, Cell>();
  if (!tokens.some((token) => token.text === '|')) return none;
  let [table, row] = [0, -1];
  for (const places of rowsOf(tokens)) {
    const barred = places.some((at) => tokens[at]?.text === '|');
    if (!barred && row >= 0) table += 1;
    row = barred ? row + 1 : -1;
    let column = 0;
    for (const at of barred ? places : []) {
      const isBar = tokens[at]?.text === '|';
      if (isBar && at !== places[0]) column += 1;
      if (!isBar) cells.set(at, { table, row, column });
    }
  }
  return cells;
}

import { isHeavy } from './align.ts';
import type { Alignment } from './align.ts';
import { exclusive, has } from './cues.ts';
import { contradicts } from './findings.ts';
import type { Finding } from './findings.ts';
import type { Passage } from './passage.ts';
import type { Cell } from './tables.ts';
import type { Term } from './terms.ts';

const largest =
  /^(?:most|highest|largest|biggest|greatest|longest|tallest|heaviest|fastest|steepest|widest|deepest|hottest|oldest|strongest|hochste|hochsten|grosste|grossten|langste|langsten|mayor|maximo|最多|最大|最高|最长)$/;
const smallest =
  /^(?:least|lowest|smallest|fewest|shortest|lightest|slowest|cheapest|narrowest|coldest|youngest|weakest|niedrigste|kleinste|kleinsten|kurzeste|wenigsten|menor|minimo|最少|最小|最低|最短)$/;
const described: Readonly<Record<string, RegExp>> = {
  longest: /dist|length|lang|long|km/,
  shortest: /dist|length|lang|long|km/,
  cheapest: /price|cost|fee|preis|precio/,
  heaviest: /weight|mass|kg/,
  lightest: /weight|mass|kg/,
  fastest: /speed|time/,
  tallest: /height/,
  highest: /height|climb/,
  oldest: /age|year|built/,
};

interface Subject {
  readonly table: number;
  readonly row: number;
}

const cellOf = (source: Passage, at: number): Cell | undefined => source.cells.get(at);

/** The row that the claim speaks of: the one whose first cell it names. */
function subjectOf({ found, source }: Alignment): Subject | undefined {
  const rows = found
    .flatMap(({ matches }) => matches.map((match) => cellOf(source, match.term.at)))
    .filter((cell) => cell !== undefined && cell.column === 0 && cell.row > 0);
  const first = rows[0];
  return first === undefined || rows.some((cell) => cell?.row !== first.row) ? undefined : { table: first.table, row: first.row };
}

/** The first number of each row in a column, by row. */
function numbersOf(source: Passage, table: number, column: number): Map<number, number> {
  const values = new Map<number, number>();
  for (const quantity of source.quantities) {
    const cell = cellOf(source, quantity.from);
    if (cell?.table === table && cell.column === column && cell.row > 0 && !values.has(cell.row)) values.set(cell.row, quantity.value);
  }
  return values;
}

function columnOf({ found, source }: Alignment, table: number, word: string): number | undefined {
  const head = (column: number): string =>
    source.terms
      .filter((term) => cellOf(source, term.at)?.row === 0 && cellOf(source, term.at)?.column === column)
      .map((term) => term.norm)
      .join(' ');
  const named = found
    .flatMap(({ matches }) => matches.map((match) => cellOf(source, match.term.at)))
    .find((cell) => cell?.table === table && cell.row === 0 && cell.column > 0);
  if (named !== undefined) return named.column;
  const columns = new Set([...source.cells.values()].filter((cell) => cell.table === table && cell.column > 0).map((cell) => cell.column));
  return [...columns].find((column) => described[word]?.test(head(column)));
}

/** "A2 has the smallest error": undefined where the table doesn't settle it. */
function superlative(alignment: Alignment, { table, row }: Subject): boolean | undefined {
  const { claim, source } = alignment;
  const word = claim.tokens.find((token) => largest.test(token.norm) || smallest.test(token.norm))?.norm;
  const column = word === undefined ? undefined : columnOf(alignment, table, word);
  if (word === undefined || column === undefined) return undefined;
  const values = numbersOf(source, table, column);
  const mine = values.get(row);
  if (mine === undefined || values.size < 2) return undefined;
  return mine === (largest.test(word) ? Math.max(...values.values()) : Math.min(...values.values()));
}

/** A word of the claim that the table has only in rows of other subjects. */
function inOtherRow({ found, source }: Alignment, { table, row }: Subject): Term | undefined {
  return found.find(({ term, matches }) => {
    const cells = matches.map((match) => cellOf(source, match.term.at));
    return isHeavy(term) && cells.length > 0 && cells.every((cell) => cell?.table === table && cell.row > 0 && cell.row !== row);
  })?.term;
}

/** Rows that hold the claim's words outside the first column, or a range of its number. */
function rowsThatFit({ claim, found, source }: Alignment, table: number): Set<number> {
  const rows = new Set<number>();
  for (const { matches, term } of found) {
    for (const match of matches) {
      const cell = cellOf(source, match.term.at);
      if (cell?.table === table && cell.row > 0 && cell.column > 0 && term.weight >= 0.7) rows.add(cell.row);
    }
  }
  source.quantities.forEach((low, i) => {
    const [high, cell] = [source.quantities[i + 1], cellOf(source, low.from)];
    if (
      high === undefined ||
      cell === undefined ||
      cell.table !== table ||
      cellOf(source, high.from)?.column !== cell.column ||
      cellOf(source, high.from)?.row !== cell.row
    )
      return;
    if (claim.quantities.some((mine) => mine.dimension === low.dimension && low.value <= mine.value && mine.value <= high.value))
      rows.add(cell.row);
  });
  return rows;
}

const no = /^(?:no|none|nein|keine|keiner|false|否|无|没有|لا)$/;
const yes = /^(?:yes|ja|si|true|是|有|نعم)$/;

/** "Birch has a balcony" where the column "balcony" has "no" in that row, or the other way round. */
function answersOtherwise({ found, claim, source }: Alignment, { table, row }: Subject): boolean {
  const heads = found.flatMap(({ matches }) => matches.map((match) => cellOf(source, match.term.at)));
  const columns = new Set(heads.filter((cell) => cell?.table === table && cell.row === 0).map((cell) => cell?.column));
  const denied = claim.denying.size > 0;
  return source.tokens.some((token, at) => {
    const cell = cellOf(source, at);
    return cell?.table === table && cell.row === row && columns.has(cell.column) && (denied ? yes : no).test(token.norm);
  });
}

/** What a table settles by itself: superlatives over a column, "only X has". A table is complete for what it lists. */
export function checkTable(alignment: Alignment): 'supported' | Finding | undefined {
  if (alignment.source.cells.size === 0) return undefined;
  const subject = subjectOf(alignment);
  if (subject === undefined) return undefined;
  if (answersOtherwise(alignment, subject)) return contradicts('the table answers the other way', true);
  if (alignment.claim.terms.some((term) => term.negated)) return undefined;
  const wrong = inOtherRow(alignment, subject);
  if (wrong !== undefined) return contradicts(`"${wrong.norm}" stands in another row of the table`, true);
  const best = superlative(alignment, subject);
  if (best !== undefined) return best ? 'supported' : contradicts('another row of the table comes first', true);
  if (!has(alignment.claim.tokens, exclusive)) return undefined;
  const rows = rowsThatFit(alignment, subject.table);
  if (!rows.has(subject.row)) return undefined;
  return rows.size === 1 ? 'supported' : contradicts('other rows of the table have it too', true);
}

import type { Passage } from './passage.ts';

interface Place {
  readonly from: number;
  readonly to: number;
}

const joins = /^(?:,|、|，|،|and|or|und|oder|y|o|和|或|و|&|\/)$/;

/** Whether two numbers or dates of a text are items of one list: only commas, "and" and other items stand between them. */
export function inOneList({ tokens, quantities, whens }: Passage, a: Place, b: Place): boolean {
  const [from, to] = a.from < b.from ? [a.to, b.from] : [b.to, a.from];
  if (to - from > 40) return false;
  const items = new Set<number>();
  for (const item of [...quantities, ...whens])
    if (item.from >= from && item.to <= to) for (let at = item.from; at < item.to; at += 1) items.add(at);
  for (let at = from; at < to; at += 1) if (!items.has(at) && !joins.test(tokens[at]?.norm ?? '')) return false;
  return true;
}

/** Whether a word of a text is an item of an enumeration or a table. */
export function isItem({ tokens, cells }: Passage, at: number): boolean {
  const around = [...tokens.slice(Math.max(0, at - 3), at), ...tokens.slice(at + 1, at + 4)];
  return cells.has(at) || around.some(({ norm }) => joins.test(norm) && norm !== '&' && norm !== '/');
}

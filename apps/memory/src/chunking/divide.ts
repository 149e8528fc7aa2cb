import { sentences } from '@octobus/text';
import type { Section } from './section.ts';

/** Characters that a chunk should have, and may have at most (UTF-16 code units of its text). */
export const CHUNK_TARGET = 900;
export const CHUNK_MAXIMUM = 1_600;

export interface Span {
  readonly start: number;
  readonly end: number;
}

function isBlank(character: string | undefined): boolean {
  return character !== undefined && /[\s\ufeff]/.test(character);
}

/** The span without blank space at its ends. */
export function trimmed(text: string, span: Span): Span {
  let { start, end } = span;
  while (start < end && isBlank(text[start])) start++;
  while (end > start && isBlank(text[end - 1])) end--;
  return { start, end };
}

/** A place at or before `limit` where a text may be cut: behind blank space if there is some near, never inside a surrogate pair. */
function cutBefore(text: string, from: number, limit: number): number {
  for (let index = limit; index > limit - 200 && index > from; index--) if (isBlank(text[index - 1])) return index;
  const unit = text.charCodeAt(limit);
  return unit >= 0xdc00 && unit <= 0xdfff && limit - 1 > from ? limit - 1 : limit;
}

function* cut(text: string, span: Span): Generator<Span> {
  let { start } = span;
  while (span.end - start > CHUNK_MAXIMUM) {
    const end = cutBefore(text, start, start + CHUNK_TARGET);
    yield { start, end };
    start = end;
  }
  yield { start, end: span.end };
}

function* linesOf(text: string, span: Span): Generator<Span> {
  let { start } = span;
  while (start < span.end) {
    const found = text.indexOf('\n', start);
    const end = found < 0 || found >= span.end ? span.end : found + 1;
    yield { start, end };
    start = end;
  }
}

function pieces(text: string, section: Section): Span[] {
  if (section.divide === 'lines') return [...linesOf(text, section)];
  return sentences(text.slice(section.start, section.end)).map(({ start, end }) => ({
    start: section.start + start,
    end: section.start + end,
  }));
}

/** The section in parts that each fit into a chunk: whole where it fits, else at sentences or line ends, else at blank space. */
export function* divide(text: string, section: Section): Generator<Span> {
  if (section.end - section.start <= CHUNK_MAXIMUM) return yield { start: section.start, end: section.end };
  let open: Span | undefined;
  for (const piece of pieces(text, section)) {
    if (open !== undefined && piece.end - open.start <= CHUNK_TARGET) {
      open = { start: open.start, end: piece.end };
      continue;
    }
    if (open !== undefined) yield* cut(text, open);
    open = piece;
  }
  if (open !== undefined) yield* cut(text, open);
}

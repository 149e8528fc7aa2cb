import { followsOrdinal, isAbbreviation } from './abbreviations.ts';
import { lines } from './blocks.ts';
import type { Line } from './blocks.ts';

export type SentenceKind = 'prose' | 'heading' | 'item' | 'code' | 'table';

/** A sentence, heading, list item, table row or line of code: UTF-16 offsets, end exclusive, `text` = the slice. Markers of headings and items stay outside. */
export interface Sentence {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly kind: SentenceKind;
}

const STOPS = new Set('.!?…。！？｡؟۔।॥');
const FULL_WIDTH = new Set('。！？｡');
const CLOSERS = new Set('"\')]}»”’」』）】》›*_`');
const OPENERS = new Set('"\'([{«„“‘「『（【《‹*_`¿¡');
/** Wrapped lines are long; a shorter line that ends without a stop is a line of its own. */
const WRAPPED_FROM = 45;
const LOOK_BACK = 24;

function isSpace(character: string | undefined): boolean {
  return (
    character === ' ' || character === '\t' || character === '\n' || character === '\r' || character === '\u00a0' || character === '\u3000'
  );
}

function wordBefore(text: string, from: number, stop: number): string {
  let index = stop;
  while (index > from && stop - index < LOOK_BACK && /[\p{L}\p{M}\p{N}.]/u.test(text[index - 1] ?? '')) index--;
  return text.slice(index, stop);
}

function wordAfter(text: string, from: number): string {
  let start = from;
  while (start < from + LOOK_BACK && OPENERS.has(text[start] ?? '')) start++;
  let end = start;
  while (end < start + LOOK_BACK && /[\p{L}\p{M}\p{N}]/u.test(text[end] ?? '')) end++;
  return text.slice(start, end);
}

/** Whether the full stop at `stop` ends a sentence when `next` is where the text goes on. */
function endsAtFullStop(text: string, from: number, stop: number, next: number): boolean {
  const before = wordBefore(text, from, stop);
  const after = wordAfter(text, next);
  if (/^\p{N}{1,2}$/u.test(before) && (followsOrdinal(after) || before.length === stop - from)) return false;
  if (isAbbreviation(before)) return false;
  return !/^\p{Ll}/u.test(after);
}

/** Index behind the stop at `index` with all that clings to it (more stops, closing quotes), at most up to `end`. */
function behindStop(text: string, index: number, end: number): number {
  let behind = index + 1;
  while (behind < end && (STOPS.has(text[behind] ?? '') || CLOSERS.has(text[behind] ?? ''))) behind++;
  return behind;
}

function skipSpace(text: string, from: number, end: number): number {
  let index = from;
  while (index < end && isSpace(text[index])) index++;
  return index;
}

function isBoundary(text: string, from: number, stop: number, behind: number, next: number): boolean {
  const mark = text[stop] ?? '';
  if (FULL_WIDTH.has(mark)) return true;
  if (next === behind) return false;
  if (mark === '.' && behind - stop === 1) return endsAtFullStop(text, from, stop, next);
  return !/^\p{Ll}/u.test(wordAfter(text, next));
}

function* split(text: string, from: number, end: number): Generator<[number, number]> {
  let start = skipSpace(text, from, end);
  let index = start;
  while (index < end) {
    if (!STOPS.has(text[index] ?? '')) {
      index++;
      continue;
    }
    const behind = behindStop(text, index, end);
    const next = skipSpace(text, behind, end);
    if (next >= end) break;
    if (isBoundary(text, start, index, behind, next)) {
      yield [start, behind];
      start = next;
    }
    index = next;
  }
  if (start < end) yield [start, end];
}

interface Block {
  readonly kind: 'prose' | 'item';
  readonly start: number;
  readonly end: number;
}

/** Whether `line` goes on with the paragraph that `previous` belongs to. */
function continues(text: string, previous: Line | undefined, line: Line): boolean {
  if (previous === undefined || line.kind !== 'prose') return false;
  if (/^\p{Ll}/u.test(wordAfter(text, line.body))) return true;
  return previous.end - previous.body >= WRAPPED_FROM && !(text[previous.end - 1] === ':');
}

function* ofBlock(text: string, block: Block | undefined): Generator<Sentence> {
  if (block === undefined) return;
  for (const [start, end] of split(text, block.start, block.end)) yield { text: text.slice(start, end), start, end, kind: block.kind };
}

function* scan(text: string): Generator<Sentence> {
  let block: Block | undefined;
  let previous: Line | undefined;
  for (const line of lines(text)) {
    if (block !== undefined && continues(text, previous, line)) {
      block = { ...block, end: line.end };
      previous = line;
      continue;
    }
    yield* ofBlock(text, block);
    const { kind, body: start, end } = line;
    const flows = (kind === 'prose' || kind === 'item') && start < end;
    block = flows ? { kind, start, end } : undefined;
    previous = flows ? line : undefined;
    if ((kind === 'heading' || kind === 'code' || kind === 'table') && start < end) {
      yield { text: text.slice(start, end), start, end, kind };
    }
  }
  yield* ofBlock(text, block);
}

/**
 * The sentences of a text in order, without overlap. Headings, list items, table rows and lines of code each stand alone; wrapped lines of a paragraph
 * are joined. A full stop does not end a sentence after an abbreviation, an initial or a German ordinal, inside a number, or before a small letter.
 */
export function sentences(text: string): Sentence[] {
  return [...scan(text)];
}

import { CJK, DIGIT, LETTER, OTHER, UNSPACED, classOf } from './characters.ts';
import type { CharacterClass } from './characters.ts';

/** A word and where it stands: UTF-16 offsets, end exclusive. */
export interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** A stretch of one kind of writing: `LETTER` (letters, digits, inner apostrophes and decimal points), `CJK`, `HANGUL` or `UNSPACED`. */
export interface Run extends Word {
  readonly kind: CharacterClass;
}

const SEGMENT_AT_MOST = 1_000;

/** The kind of run that a character belongs to: digits go with letters. */
function runKind(text: string, index: number): CharacterClass {
  const kind = classOf(text.codePointAt(index) ?? 0);
  return kind === DIGIT ? LETTER : kind;
}

function step(text: string, index: number): number {
  return (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1;
}

/** An apostrophe between letters or a point or comma between digits belongs to the word around it. */
function isInner(text: string, index: number): boolean {
  const mark = text[index];
  const before = classOf(text.charCodeAt(index - 1));
  const after = classOf(text.charCodeAt(index + 1));
  if (mark === "'" || mark === '’') return before === LETTER && after === LETTER;
  if (mark === '.' || mark === ',') return before === DIGIT && after === DIGIT;
  return false;
}

function runEnd(text: string, start: number, kind: CharacterClass): number {
  let index = start;
  while (index < text.length) {
    if (runKind(text, index) === kind) index += step(text, index);
    else if (kind === LETTER && isInner(text, index)) index += 1;
    else break;
  }
  return index;
}

/** The stretches of letters and digits of a text, in order. */
export function* runs(text: string): Generator<Run> {
  let index = 0;
  while (index < text.length) {
    const kind = runKind(text, index);
    if (kind === OTHER) {
      index += step(text, index);
      continue;
    }
    const end = runEnd(text, index, kind);
    yield { text: text.slice(index, end), start: index, end, kind };
    index = end;
  }
}

const segmenter = new Intl.Segmenter('zh', { granularity: 'word' });

/** Splits writing without spaces by dictionary, in pieces of bounded length. */
export function segment(run: Run): Word[] {
  const found: Word[] = [];
  let from = 0;
  while (from < run.text.length) {
    let to = Math.min(run.text.length, from + SEGMENT_AT_MOST);
    if (to < run.text.length && (run.text.codePointAt(to - 1) ?? 0) > 0xffff) to += 1;
    for (const part of segmenter.segment(run.text.slice(from, to))) {
      const start = run.start + from + part.index;
      found.push({ text: part.segment, start, end: start + part.segment.length });
    }
    from = to;
  }
  return found;
}

/** The words of a text in order. Hyphens split, underscores do not; numbers keep inner points and commas; Chinese, Japanese, Thai and the like are split by dictionary. */
export function words(text: string): Word[] {
  const found: Word[] = [];
  for (const run of runs(text)) {
    if (run.kind === CJK || run.kind === UNSPACED) for (const word of segment(run)) found.push(word);
    else found.push({ text: run.text, start: run.start, end: run.end });
  }
  return found;
}

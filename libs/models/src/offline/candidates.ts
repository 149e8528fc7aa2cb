import { sentences } from '@octobus/text';
import type { SentenceKind } from '@octobus/text';
import { answerTerms, wordPairs } from './answer-terms.ts';
import type { Passage } from './passage.ts';

/** A sentence that could be part of an answer, with what stands around it. */
export interface Candidate {
  readonly passage: number;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly kind: SentenceKind;
  readonly terms: ReadonlySet<string>;
  /** Pairs of neighbouring words, little ones too. */
  readonly pairs: ReadonlySet<string>;
  /** Terms of the headings above it and of the document's name. */
  readonly above: ReadonlySet<string>;
}

/** Only so much of one passage is read; chunks are far smaller. */
const LONGEST_PASSAGE = 20_000;
/** Longer pieces are no sentences (minified code, a table in one line). */
const LONGEST_SENTENCE = 1_200;
const MARKS = ['**', '__', '*', '_', '`', '~~'];

/** Takes Markdown marks off that enclose the whole span, so that what is left is still a span of the source. */
function unwrap(text: string, start: number, end: number): readonly [number, number] {
  const inner = text.slice(start, end);
  for (const mark of MARKS) {
    const rest = inner.slice(mark.length, -mark.length);
    if (rest !== '' && inner.startsWith(mark) && inner.endsWith(mark) && !rest.includes(mark))
      return [start + mark.length, end - mark.length];
  }
  return [start, end];
}

function ofPassage(passage: Passage, index: number): Candidate[] {
  const text = passage.text.slice(0, LONGEST_PASSAGE);
  const base = answerTerms(`${(passage.heading ?? '').slice(0, 500)} ${(passage.name ?? '').slice(0, 200)}`);
  let above: ReadonlySet<string> = base;
  const found: Candidate[] = [];
  for (const sentence of sentences(text)) {
    if (sentence.kind === 'heading') above = new Set([...base, ...answerTerms(sentence.text.slice(0, 500))]);
    if (sentence.kind === 'heading' || sentence.text.length > LONGEST_SENTENCE) continue;
    const [start, end] = unwrap(text, sentence.start, sentence.end);
    const span = text.slice(start, end);
    const spoken = answerTerms(span);
    if (spoken.size === 0) continue;
    found.push({
      passage: index,
      start,
      end,
      text: span,
      kind: sentence.kind,
      terms: spoken,
      pairs: wordPairs(span),
      above,
    });
  }
  return found;
}

/** All sentences of all passages that could answer something. */
export const candidatesOf = (passages: readonly Passage[]): Candidate[] => passages.flatMap(ofPassage);

import { normalisedText } from '../text/normalise.ts';
import type { Side } from './channels.ts';
import { forgedDelimiter } from './forged-delimiters.ts';
import { broaderIdeas } from './ideas.ts';
import { withoutJoins } from './joined-words.ts';
import { compileLexicon, mentionsOf } from './lexicon.ts';
import { type Hit, hitsOf, positionsOf } from './proximity.ts';
import { proximityRules } from './rules.ts';
import { vocabularies } from './vocabulary/index.ts';
import { skeleton, type Word, wordsOf } from './words.ts';

const lexicon = compileLexicon(vocabularies, broaderIdeas);

const rulesOf = (side: Side) => proximityRules.filter((rule) => rule.side === undefined || rule.side === side);
const rules = { direct: rulesOf('direct'), indirect: rulesOf('indirect') };

/** Tags that only change the look of letters, also in the middle of a word. */
const formatting = /<\/?(?:b|i|u|s|em|tt|br|wbr|ins|del|sub|sup|big|mark|font|span|small|strong)>/gi;

/** A text as rules and classifier see it. */
export interface Reading {
  readonly words: readonly Word[];
  /** Where every word starts, in words (two characters of an unspaced script count as one). */
  readonly starts: readonly number[];
  readonly length: number;
  readonly hits: readonly Hit[];
}

/** Normalises a text and says which rules fire where. Linear. */
export function read(text: string, side: Side): Reading {
  const normalised = normalisedText(text.includes('<') ? text.replace(formatting, '') : text);
  const words = withoutJoins(wordsOf(skeleton(normalised)));
  const { mentions, starts, length } = mentionsOf(lexicon, words);
  const positions = positionsOf(mentions);
  const hits = rules[side].flatMap((rule) => hitsOf(rule, positions));
  const forged = forgedDelimiter(normalised);
  if (forged !== undefined) hits.push({ signal: 'forged-delimiter', weight: forged.weight, at: hits[0]?.at ?? 0 });
  return { words, starts, length, hits };
}

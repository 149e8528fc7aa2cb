import { sentences } from '@octobus/text';
import { fold } from './fold.ts';
import { hanPieces } from './han.ts';

export type TokenKind = 'word' | 'code' | 'number' | 'numeral' | 'clock' | 'date' | 'han' | 'sign';

/** One token of a text. `start` and `end` are UTF-16 positions; `sentence` and `clause` count from 0 over the whole text. */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly norm: string;
  readonly start: number;
  readonly end: number;
  readonly sentence: number;
  readonly clause: number;
  readonly capital: boolean;
}

type Draft = Omit<Token, 'sentence' | 'clause'>;

const pattern = new RegExp(
  [
    String.raw`(?<date>\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{4})(?![\p{L}\p{N}])`,
    String.raw`(?<clock>\d{1,2}:\d{2}(?::\d{2})?)(?![\p{L}\p{N}:])`,
    String.raw`(?<code>\d+(?:\.\d+){2,})`,
    String.raw`(?<number>\d+(?:[.,'’\u00a0\u202f]\d+)*)`,
    String.raw`(?<han>[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]+)`,
    String.raw`(?<path>--?[a-z][\w-]*|\/[\w.-]+(?:\/[\w.-]+)*)`,
    String.raw`(?<word>[\p{L}_][\p{L}\p{M}\p{N}_]*(?:['’.@\/-][\p{L}\p{N}_][\p{L}\p{M}\p{N}_]*)*)`,
    String.raw`(?<sign>[°][CF]|[^\s])`,
  ].join('|'),
  'gu',
);

/** Names of things in a program or a store: with digits, underscores, inner capitals or a file ending. */
const isCode = (text: string): boolean => /[\d_@]|\p{Ll}\p{Lu}|\p{L}{2}\.\p{L}{2}/u.test(text) || /^\p{Lu}{2,}$/u.test(text);

const draft = (kind: TokenKind, text: string, start: number): Draft => ({
  kind,
  text,
  norm: kind === 'sign' && text.length === 1 ? text.toWellFormed() : fold(text),
  start,
  end: start + text.length,
  capital: /^\p{Lu}/u.test(text),
});

/** Compounds with hyphens fall apart ("night-shift"), names with digits or dots stay whole ("stock_07.csv"). */
function pushWord(out: Draft[], text: string, start: number): void {
  const before = out.at(-1);
  const label = /^[A-HJ-Z]$/.test(text) && before?.kind === 'word' && before.text.length > 2;
  if (isCode(text) || label) {
    out.push(draft('code', text, start));
    return;
  }
  let at = 0;
  for (const part of text.split(/[-/]/)) {
    if (part !== '') out.push(draft('word', part, start + at));
    at += part.length + 1;
  }
}

/** The letters glued to a number that make a code of it: `3f9a` and `4k_7` do, `2GB` and `3rd` don't. */
function codeTail(text: string, end: number): string {
  const tail = /^[a-zA-Z_][\w-]*/.exec(text.slice(end, end + 60))?.[0] ?? '';
  return /[\d_]/.test(tail) ? tail : '';
}

function pushNumber(out: Draft[], text: string, number: string, start: number): number {
  const tail = codeTail(text, start + number.length);
  out.push(draft(tail === '' ? 'number' : 'code', number + tail, start));
  return start + number.length + tail.length;
}

function pushHan(out: Draft[], run: string, start: number): void {
  for (const piece of hanPieces(run)) out.push(draft(piece.kind === 'numeral' ? 'numeral' : 'han', piece.text, start + piece.at));
}

function scan(text: string, limit: number): Draft[] {
  const out: Draft[] = [];
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null && out.length < limit; match = pattern.exec(text)) {
    const groups = match.groups ?? {};
    if (groups['number'] !== undefined) pattern.lastIndex = pushNumber(out, text, groups['number'], match.index);
    else if (groups['han'] !== undefined) pushHan(out, groups['han'].slice(0, limit), match.index);
    else if (groups['word'] !== undefined) pushWord(out, groups['word'], match.index);
    else if (groups['path'] !== undefined && match[0].length > 2) out.push(draft('code', match[0], match.index));
    else if (groups['clock'] !== undefined) out.push(draft('clock', match[0], match.index));
    else if (groups['date'] !== undefined) out.push(draft('date', match[0], match.index));
    else out.push(draft(groups['code'] === undefined ? 'sign' : 'code', match[0], match.index));
  }
  return out;
}

const clauseSigns = new Set([';', ':', ',', '，', '；', '：', '、', '،', '؛', '|', '(', ')', '–', '—']);
const clauseWords = new Set(
  (
    'and but while whereas although though because since unless until which whose who that if when so or yet ' +
    'und aber oder sondern wahrend weil wenn dass obwohl damit pero porque aunque mientras si que cuando y 但 但是 如果 除非 因为 所以 由于'
  ).split(' '),
);

/** Where sentences begin; a line break also ends one next to a table row, and a code in backticks may open one. */
function breaks(text: string): ReadonlySet<number> {
  const starts = new Set(sentences(text).map((sentence) => sentence.start));
  for (let at = text.indexOf('. `'); at >= 0; at = text.indexOf('. `', at + 3)) starts.add(at + 2);
  if (text.includes('|') || text.includes('\t')) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.add(at + 1);
  }
  return starts;
}

/** Splits a text into tokens; stops after `limit` of them. Linear in the text. */
export function tokenize(text: string, limit = 20_000): Token[] {
  const starts = [...breaks(text)].sort((a, b) => a - b);
  const out: Token[] = [];
  let [sentence, clause, next] = [0, 0, 0];
  let inClause = 0;
  for (const token of scan(text, limit)) {
    while ((starts[next] ?? Infinity) <= token.start) {
      if (out.length > 0 && out.at(-1)?.sentence === sentence) [sentence, clause, inClause] = [sentence + 1, clause + 1, 0];
      next += 1;
    }
    if (inClause > 0 && clauseWords.has(token.norm)) [clause, inClause] = [clause + 1, 0];
    out.push({ ...token, sentence, clause });
    inClause += 1;
    if (token.kind === 'sign' && clauseSigns.has(token.text)) [clause, inClause] = [clause + 1, 0];
  }
  return out;
}

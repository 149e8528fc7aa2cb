import { letterClass } from '../text/letters.ts';

/** A word of the compared text, or a run of a script without spaces. */
export interface Word {
  readonly text: string;
  readonly unspaced: boolean;
  /** First of a sentence, line, quotation or field. */
  readonly first: boolean;
}

/** i, l and | are one letter to the comparison, because leet spelling writes both i and l as 1. */
export const skeleton = (normalised: string): string => normalised.replace(/[l|]/g, 'i');

const isApostrophe = (code: number): boolean => code === 0x27 || code === 0x2019;

/** Longest word kept whole; what is longer is cut in several, so that no later step meets an unbounded word. */
const maxWord = 160;

function wordEnd(text: string, start: number, kind: 1 | 2): number {
  let end = start + 1;
  const most = kind === 1 ? Math.min(text.length, start + maxWord) : text.length;
  while (end < most) {
    const code = text.charCodeAt(end);
    const joined = kind === 1 && isApostrophe(code) && letterClass(text.charCodeAt(end + 1)) === 1;
    if (!joined && letterClass(code) !== kind) break;
    end += 1;
  }
  return end;
}

const unquoted = (word: string): string => (word.includes("'") || word.includes('\u2019') ? word.replace(/['\u2019]/g, '') : word);

/** . ! ? : newline, quotes, brackets, comment marks and their full-width and Devanagari kin. */
const opensSentence: ReadonlySet<number> = new Set(
  Array.from('.!?:;\n"\u201c\u2018\'{}[]<>#*|\u3002\u0964\u2026', (mark) => mark.charCodeAt(0)),
);

/** Lone letters in a row ("i g n o r e", "i.g.n.o.r.e") are one word; another separator, or two of them, end it. */
function joinedLetters(text: string, start: number): { word: string; end: number } | undefined {
  let word = text.charAt(start);
  let end = start + 1;
  const separator = text.charCodeAt(end);
  while (end + 1 < text.length && word.length < maxWord) {
    const lone =
      text.charCodeAt(end) === separator &&
      letterClass(text.charCodeAt(end + 1)) === 1 &&
      (end + 2 >= text.length || letterClass(text.charCodeAt(end + 2)) !== 1);
    if (!lone || letterClass(separator) !== 0) break;
    word += text.charAt(end + 1);
    end += 2;
  }
  return word.length >= 2 ? { word, end } : undefined;
}

/** Words of a skeleton text, in order. Linear. */
export function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  let first = true;
  for (let at = 0; at < text.length;) {
    const kind = letterClass(text.charCodeAt(at));
    if (kind === 0) {
      first ||= opensSentence.has(text.charCodeAt(at));
      at += 1;
      continue;
    }
    const end = wordEnd(text, at, kind);
    const spaced = kind === 1 && end === at + 1 ? joinedLetters(text, at) : undefined;
    const word = spaced?.word ?? unquoted(text.slice(at, end));
    words.push({ text: word, unspaced: kind === 2, first });
    first = false;
    at = spaced?.end ?? end;
  }
  return words;
}

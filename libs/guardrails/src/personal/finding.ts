import type { FindingKind } from './kinds.ts';

/** What was found and where. Never the value itself. */
export interface Finding {
  readonly kind: FindingKind;
  /** UTF-16 offsets into the text that was screened; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
  /** Certainty, 0..1: 0.95 and more where a checksum or an unmistakable form was verified. */
  readonly score: number;
}

/** Where a detector looks: the visible text, and whether a value is all there is. */
export interface Scene {
  readonly text: string;
  readonly lower: string;
  /** Span of the text without surrounding white space. */
  readonly trimmed: { readonly start: number; readonly end: number };
  /** The text is short and holds values alone: no word of three letters stands beside them. */
  readonly bare: boolean;
  /** The text as it was given has no white space of ASCII inside. */
  readonly onePiece: boolean;
}

/** `source`: the text that `text` is the visible form of; exotic spaces are spaces in the one and not in the other. */
export function sceneOf(text: string, source: string = text): Scene {
  const start = text.length - text.trimStart().length;
  const end = Math.max(start, text.trimEnd().length);
  return {
    text,
    lower: text.toLowerCase(),
    trimmed: { start, end },
    bare: end - start <= longestBare && isBare(text.slice(start, end)),
    onePiece: end - start <= longestPiece && !/[ \t\r\n]/.test(source.trim()),
  };
}

/** The value is the whole text: nobody writes one number alone without meaning it. */
export const standsAlone = (scene: Scene, start: number, end: number): boolean =>
  (scene.trimmed.start === start && scene.trimmed.end === end) || (scene.bare && betweenSpaces(scene.text, start, end));

const betweenSpaces = (text: string, start: number, end: number): boolean =>
  /^[\s,;]?$/.test(text.charAt(start - 1)) && /^[\s,;]?$/.test(text.charAt(end));

const longestBare = 64;
const longestPiece = 340;
const word = /\p{Ll}{2}|[\p{L}\p{M}]{3}/u;
const seriesBefore = /(?<![a-z])[a-z]{1,3}(?= ?\d)/g;
const wordWithDigits = /[\p{L}\p{N}\p{M}]*\d[\p{L}\p{N}\p{M}]*/gu;

function isBare(value: string): boolean {
  return (
    !/\s/.test(value) ||
    !word.test(
      value
        .replace(seriesBefore, ' ')
        .replace(wordWithDigits, ' ')
        .replace(/[A-Z]{1,4}(?![a-z])/g, ' '),
    )
  );
}

const maskToken = /\[?[a-z][a-z-]{0,30}-\d{1,6}\]/g;

/** A word of `words` is near: up to 64 units before, 24 after. What a mask says is no context: a second look must not find more than the first. */
export function hasContext(scene: Scene, start: number, end: number, words: readonly string[]): boolean {
  if (words.length === 0) return false;
  const around = `${scene.lower.slice(Math.max(0, start - 64), start)} ${scene.lower.slice(end, end + 24)}`;
  const said = around.includes('-') ? around.replace(maskToken, ' ') : around;
  return words.some((word) => said.includes(word));
}

const isDigitCode = (code: number): boolean => code >= 48 && code <= 57;
const isLetterCode = (code: number): boolean => (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || (code > 0xbf && code < 0x2000);

export const isAlphanumericAt = (text: string, at: number): boolean => {
  const code = text.charCodeAt(at);
  return isDigitCode(code) || isLetterCode(code);
};

export const isDigitAt = (text: string, at: number): boolean => isDigitCode(text.charCodeAt(at));

import { type DecodeLimits, textsWithin } from '../text/decode.ts';
import { squeezed } from './comparable.ts';
import { PhraseMatcher } from './phrase-matcher.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

const bytesOf = (text: string): number[] => Array.from(text, (unit) => unit.charCodeAt(0) & 0xff);

/** Base64 of the token wherever in a longer text it stands: three alignments, without the characters that its neighbours have a part in. */
function base64Forms(token: string): string[] {
  return [0, 1, 2].map((shift) => {
    const bits = [...Array<number>(shift).fill(0), ...bytesOf(token)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
    const first = Math.ceil((shift * 8) / 6);
    const last = Math.floor(bits.length / 6);
    const digits = Array.from({ length: last - first }, (_, i) => Number.parseInt(bits.slice((first + i) * 6, (first + i + 1) * 6), 2));
    return digits.map((digit) => alphabet.charAt(digit)).join('');
  });
}

const hex = (token: string): string =>
  bytesOf(token)
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
const reversed = (token: string): string => Array.from(token).reverse().join('');
const rot13 = (token: string): string =>
  token.replace(/[a-z]/g, (letter) => String.fromCharCode(((letter.charCodeAt(0) - 97 + 13) % 26) + 97));

/** Shorter ones would be found in innocent texts. */
export const SHORTEST_CANARY = 12;

/** Forms in which a token may come back, each compared without case, spaces and punctuation. */
function formsOf(token: string): string[] {
  const { seen, folded } = squeezed(token);
  const cases = [token, token.toLowerCase(), token.toUpperCase()];
  const encoded = cases.flatMap((one) => [hex(one), ...base64Forms(one)]).map((form) => squeezed(form).seen);
  return [seen, folded, reversed(seen), rot13(seen), ...encoded].filter((form) => form.length >= SHORTEST_CANARY - 2);
}

/** Random tokens that nobody has a reason to write: who does has read what was not theirs to show. */
export class Canaries {
  private readonly matcher: PhraseMatcher;
  private readonly places: number[] = [];

  /** ASCII tokens of `SHORTEST_CANARY` letters and digits or more; others are left out. */
  constructor(tokens: readonly string[]) {
    const forms: string[] = [];
    tokens.forEach((token, i) => {
      if (squeezed(token).seen.length < SHORTEST_CANARY) return;
      for (const form of formsOf(token)) {
        forms.push(form);
        this.places.push(i);
      }
    });
    this.matcher = new PhraseMatcher(forms);
  }

  /** Places in the list of the tokens that the text holds: as they are, spaced, disguised, reversed, by ROT13, hex, base64 or other encodings. */
  foundIn(text: string, limits: DecodeLimits): readonly number[] {
    if (this.matcher.isEmpty) return [];
    const texts = [text, ...textsWithin(text, limits)];
    const forms = texts.flatMap((one) => {
      const { seen, folded } = squeezed(one);
      return folded === '' ? [seen] : [seen, folded];
    });
    const found = new Set(forms.flatMap((form) => this.matcher.found(form)).map((form) => this.places[form] ?? -1));
    return [...found].sort((a, b) => a - b);
  }
}

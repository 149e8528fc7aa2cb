import type { FindingKind } from '../personal/kinds.ts';

/** Letters that no one takes for another, and no digits: no detector reads a number in them. */
const alphabet = 'BCDFGHJKLMNPQRSTVWXZ';
const size = 16;
const form = /\[([a-z][a-z-]{1,30}):([BCDFGHJKLMNPQRSTVWXZ]{17})\]/gi;

const checkOf = (kind: string, letters: string): string => {
  let sum = 0;
  for (const unit of `${kind}:${letters}`) sum = (sum * 31 + unit.charCodeAt(0)) % 9973;
  return alphabet.charAt(sum % alphabet.length);
};

/** `[email:BCDF...]`: sixteen letters of a keyed hash of kind and value, and a check letter. The value can't be computed from it. */
export function tokenOf(kind: FindingKind, value: string, hash: (value: string) => string): string {
  const digest = hash(`token ${kind} ${value}`);
  const letters = Array.from({ length: size }, (_, i) =>
    alphabet.charAt((Number.parseInt(digest.slice(2 * i, 2 * i + 2), 36) || 0) % alphabet.length),
  ).join('');
  return `[${kind}:${letters}${checkOf(kind, letters)}]`;
}

/** Tokens in a text whose check letter fits, as they were made, each once. A model may have changed their case. */
export function tokensIn(text: string): readonly string[] {
  return [
    ...new Set(
      Array.from(text.matchAll(form), ({ 1: kind = '', 2: letters = '' }) => canonical(kind, letters)).filter(
        (token) => token !== undefined,
      ),
    ),
  ];
}

function canonical(kind: string, letters: string): string | undefined {
  const [name, upper] = [kind.toLowerCase(), letters.toUpperCase()];
  return checkOf(name, upper.slice(0, size)) === upper.charAt(size) ? `[${name}:${upper}]` : undefined;
}

/** Puts values back for a reader who may see them; `valueOf` answers undefined for a token it doesn't know or the reader may not see, and that one stays. */
export function putBack(text: string, valueOf: (token: string) => string | undefined): string {
  return text.replace(form, (written: string, kind: string, letters: string) => {
    const token = canonical(kind, letters);
    return (token === undefined ? undefined : valueOf(token)) ?? written;
  });
}

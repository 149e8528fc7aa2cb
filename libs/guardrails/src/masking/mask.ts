import { findPersonalData, type PersonalDataOptions } from '../personal/find-personal-data.ts';
import type { Finding } from '../personal/finding.ts';
import { type FindingKind, kinds } from '../personal/kinds.ts';
import { defaultMasking, type MaskingPolicy, type MaskStrategy, strategyFor } from './masking-policy.ts';
import { shaped } from './shaped.ts';
import { tokenOf } from './tokens.ts';

interface Span {
  readonly kind: FindingKind;
  readonly strategy: MaskStrategy;
  readonly start: number;
  readonly end: number;
  readonly score: number;
}

/** Keyed hash of a text, handed in by the caller: 32 or more letters and digits, the same for the same text and key. */
export type KeyedHash = (value: string) => string;

export interface MaskingOptions {
  readonly policy?: MaskingPolicy;
  /** Needed by the strategies hash, shape and token; without it they mask by number. */
  readonly hash?: KeyedHash;
}

/** A token in the masked text and the value it stands for: to be kept where only those who may see it can read it. */
export interface KeptValue {
  readonly token: string;
  readonly value: string;
}

export interface Masked {
  readonly text: string;
  readonly kept: readonly KeptValue[];
}

/** Overlapping findings become one span that carries the kind of the surest. */
function merged(text: string, findings: readonly Finding[], policy: MaskingPolicy): Span[] {
  const sorted = findings
    .filter(({ start, end }) => start >= 0 && start < end && end <= text.length)
    .map((finding) => ({ ...finding, strategy: strategyFor(finding, policy) }))
    .filter(({ strategy }) => strategy !== 'keep')
    .sort((a, b) => a.start - b.start || b.score - a.score || b.end - a.end);
  const spans: Span[] = [];
  for (const span of sorted) {
    const last = spans[spans.length - 1];
    if (last === undefined || span.start >= last.end) spans.push(span);
    else spans[spans.length - 1] = { ...(span.score > last.score ? span : last), start: last.start, end: Math.max(last.end, span.end) };
  }
  return spans;
}

/** Masks already in the text keep their numbers; new ones count on from there. */
function lastNumbers(text: string): Map<string, number> {
  const numbers = new Map<string, number>();
  for (const { 1: kind = '', 2: number = '0' } of text.matchAll(/\[([a-z][a-z-]{1,30})-(\d{1,6})\]/g)) {
    numbers.set(kind, Math.max(numbers.get(kind) ?? 0, Number(number)));
  }
  return numbers;
}

/** One value however it is spaced and written. */
const sameValue = (value: string): string =>
  value
    .normalize('NFKC')
    .replace(/[\s\-.()]/g, '')
    .toLowerCase();

/** Gives one value one number throughout a text. */
function numbering(text: string): (kind: FindingKind, value: string) => string {
  const numbers = lastNumbers(text);
  const known = new Map<string, string>();
  return (kind, value) => {
    const key = `${kind} ${sameValue(value)}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const number = (numbers.get(kind) ?? 0) + 1;
    numbers.set(kind, number);
    known.set(key, `[${kind}-${number}]`);
    return `[${kind}-${number}]`;
  };
}

const hashLetters = 16;

function replacement(
  { kind, strategy }: Span,
  value: string,
  numbered: (kind: FindingKind, value: string) => string,
  hash: KeyedHash | undefined,
): string {
  if (strategy === 'remove') return '';
  if (strategy === 'label') return `[${kinds[kind]}]`;
  if (hash === undefined || strategy === 'number') return numbered(kind, value);
  if (strategy === 'hash') return `[${kind}#${lettersOf(hash(`${kind} ${sameValue(value)}`))}]`;
  return strategy === 'shape' ? shaped(kind, value, hash) : tokenOf(kind, value, hash);
}

/** Letters only: digits of a hash could read as a number again. */
const lettersOf = (hash: string): string =>
  Array.from(hash.slice(0, hashLetters), (unit) =>
    unit >= '0' && unit <= '9' ? 'ghijkmnpqr'.charAt(Number(unit)) : unit.toLowerCase(),
  ).join('');

/**
 * Replaces the findings once, each by the strategy that the policy has for it. Findings outside the text are ignored. What a mask uncovers
 * beside it is left: `maskUntilStable` looks again.
 */
export function maskFindings(text: string, findings: readonly Finding[], { policy = defaultMasking, hash }: MaskingOptions = {}): Masked {
  const numbered = numbering(text);
  const pieces: string[] = [];
  const kept: KeptValue[] = [];
  let from = 0;
  for (const span of merged(text, findings, policy)) {
    const value = text.slice(span.start, span.end);
    const mask = replacement(span, value, numbered, hash);
    if (span.strategy === 'token' && hash !== undefined) kept.push({ token: mask, value });
    pieces.push(text.slice(from, span.start), mask);
    from = span.end;
  }
  return { text: pieces.join('') + text.slice(from), kept };
}

/** Replaces each finding for good by a token such as `[email-1]`; one value has one token throughout the text. */
export const maskPersonalData = (text: string, findings: readonly Finding[]): string => maskFindings(text, findings).text;

/** A mask is a new neighbour and may uncover a value; what is uncovered after this many looks is none that anybody wrote. */
const maxLooks = 6;

/** Masks `findings` and looks again until nothing is found that the policy masks. Masking the result again changes nothing. */
export function maskUntilStable(text: string, findings: readonly Finding[], options: MaskingOptions & PersonalDataOptions = {}): Masked {
  let masked = maskFindings(text, findings, options);
  if (masked.text === text) return masked;
  const kept = [...masked.kept];
  for (let look = 0; look < maxLooks; look += 1) {
    const again = maskFindings(masked.text, findPersonalData(masked.text, options), options);
    if (again.text === masked.text) break;
    kept.push(...again.kept);
    masked = again;
  }
  return { text: masked.text, kept };
}

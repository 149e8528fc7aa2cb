import type { Finding } from './personal/finding.ts';

interface Span {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
}

/** Overlapping findings become one span that carries the kind of the surest. */
function merged(text: string, findings: readonly Finding[]): Span[] {
  const sorted = findings
    .filter(({ start, end }) => start >= 0 && start < end && end <= text.length)
    .sort((a, b) => a.start - b.start || b.score - a.score || b.end - a.end);
  const spans: (Span & { score: number })[] = [];
  for (const { kind, start, end, score } of sorted) {
    const last = spans[spans.length - 1];
    if (last === undefined || start >= last.end) spans.push({ kind, start, end, score });
    else spans[spans.length - 1] = { ...(score > last.score ? { kind, score } : last), start: last.start, end: Math.max(last.end, end) };
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

const sameValue = (value: string): string =>
  value
    .normalize('NFKC')
    .replace(/[\s\-.()]/g, '')
    .toLowerCase();

/**
 * Replaces each finding for good by a token such as `[email-1]`; one value has one token throughout the text. Masks contain nothing a
 * detector finds, so masking what is masked changes nothing. Findings outside the text are ignored.
 */
export function maskPersonalData(text: string, findings: readonly Finding[]): string {
  const numbers = lastNumbers(text);
  const tokens = new Map<string, string>();
  const tokenFor = (kind: string, value: string): string => {
    const key = `${kind} ${sameValue(value)}`;
    const known = tokens.get(key);
    if (known !== undefined) return known;
    const number = (numbers.get(kind) ?? 0) + 1;
    numbers.set(kind, number);
    tokens.set(key, `[${kind}-${number}]`);
    return `[${kind}-${number}]`;
  };
  const pieces: string[] = [];
  let from = 0;
  for (const { kind, start, end } of merged(text, findings)) {
    pieces.push(text.slice(from, start), tokenFor(kind, text.slice(start, end)));
    from = end;
  }
  return pieces.join('') + text.slice(from);
}

import { isAlphanumericAt } from './finding.ts';

/** A run of ASCII letters and digits, upper and lower case kept. */
export interface Group {
  readonly start: number;
  readonly end: number;
  /** Separator to the next group when it is one of space - . / : and exactly one character, else ''. */
  readonly separator: string;
}

/** Neighbouring groups taken as one value. */
export interface Candidate {
  readonly start: number;
  readonly end: number;
  /** Without separators. */
  readonly compact: string;
  /** As `XXXX XXXX`: letters and digits as written, separators kept. */
  readonly separators: string;
}

/** An IBAN has up to nine groups, the French number seven, everything else five or fewer. */
const maxGroupsOf = (first: string): number => (/^[A-Za-z]{2}\d{2}/.test(first) ? 9 : first.length === 1 ? 7 : 5);
/** Lengths of the shortest and longest identifier known. */
const minCompact = 8;
const maxCompact = 36;
const run = /[A-Za-z0-9]{1,40}/g;
const hasDigit = /\d/;
const fewLetters = /^(?:[A-Z]{1,4}|[a-z]{1,2})$/;

/** A group can belong to an identifier: it has a digit, or is a few letters. */
const isPartOfId = (value: string): boolean => hasDigit.test(value) || fewLetters.test(value);

export function groupsOf(text: string): Group[] {
  const groups: Group[] = [];
  for (const { index, 0: value } of text.matchAll(run)) {
    const end = index + value.length;
    const foreign = (isAlphanumericAt(text, index - 1) && groups[groups.length - 1]?.end !== index) || isAlphanumericAt(text, end);
    if (foreign || value.length > maxCompact || !isPartOfId(value)) continue;
    const separator = text.charAt(end);
    groups.push({ start: index, end, separator: ' -./:'.includes(separator) && isAlphanumericAt(text, end + 1) ? separator : '' });
  }
  return groups;
}

/** The group at `first` alone, then joined with the following ones; bounded to nine groups and 36 characters, and to groups of two on average. */
export function visitCandidates(text: string, groups: readonly Group[], first: number, visit: (candidate: Candidate) => void): void {
  const start = groups[first]?.start ?? 0;
  const maxGroups = maxGroupsOf(text.slice(start, groups[first]?.end));
  let compact = '';
  let separators = '';
  for (let count = 1; count <= maxGroups; count += 1) {
    const group = groups[first + count - 1];
    if (group === undefined) return;
    compact += text.slice(group.start, group.end);
    if (compact.length > maxCompact || (count > 3 && compact.length < 2 * count - 1)) return;
    if (compact.length >= minCompact && hasDigit.test(compact)) visit({ start, end: group.end, compact, separators });
    const next = groups[first + count];
    if (group.separator === '' || next?.start !== group.end + 1) return;
    separators += group.separator;
  }
}

export const uniform = (separators: string): boolean => separators === separators.charAt(0).repeat(separators.length);

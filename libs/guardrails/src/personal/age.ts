import type { Finding, Scene } from './finding.ts';

const before = /(?<![\d.,-])\d{1,3}(?=[ -]?(?:years?[ -]old|yrs?[ -]old|y\/o|yo\b|year-old|jahre alt|ans\b|años|anni\b))/gi;
const after =
  /(?<=\b(?:aged?|age of|age:|turned|turns|turning|alter:)[ ]{1,2})\d{1,3}(?![\d%.,]|[ ]?(?:minutes|hours|days|weeks|months))/gi;

/** How old somebody is, where the words say so. */
export function findAges({ text, lower }: Scene): Finding[] {
  if (!/y\/?o|old|age|turn|alt|ans|a[ñn]/.test(lower)) return [];
  const found = [...text.matchAll(before), ...text.matchAll(after)].filter(([value]) => Number(value) >= 1 && Number(value) <= 120);
  return found.map(({ index, 0: value }) => ({ kind: 'age', start: index, end: index + value.length, score: 0.6 }));
}

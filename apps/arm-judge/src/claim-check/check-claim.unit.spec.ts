import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { checkClaim } from './check-claim.ts';

interface Sample {
  readonly id: string;
  readonly kind: string;
  readonly label: string;
  readonly claim: string;
  readonly source: string;
  /** Rows written against antonyms and denials; the others are the first set. */
  readonly batch?: string;
}

const samples: Sample[] = readFileSync(join(import.meta.dirname, '../../samples/claims.jsonl'), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Sample);

const judged = samples.map((sample) => ({ ...sample, verdict: checkClaim(sample.claim, sample.source).label }));
const share = (kind: string, holds: (row: (typeof judged)[number]) => boolean, among = judged): number => {
  const rows = among.filter((row) => row.kind === kind);
  return rows.filter(holds).length / rows.length;
};

describe('the claim check on its own samples', () => {
  it('has samples of every kind', () => {
    const kinds = new Set(samples.map(({ kind }) => kind));
    expect(kinds.size).toBe(12);
    expect(samples.length).toBeGreaterThan(300);
  });

  it.each(['verbatim', 'list-partial'])('never rejects a claim of kind %s', (kind) => {
    expect(judged.filter((row) => row.kind === kind && row.verdict !== 'supported').map(({ id }) => id)).toEqual([]);
  });

  it.each(['negation', 'number-swap', 'date-swap', 'unit-swap'])('finds at least 95 of 100 claims of kind %s', (kind) => {
    expect(share(kind, (row) => row.verdict !== 'supported')).toBeGreaterThanOrEqual(0.95);
  });

  it.each([
    ['entity-swap', 0.85],
    ['overclaim', 0.7],
    ['added-detail', 0.85],
    ['paraphrase', 0.75],
    ['translation', 0.9],
    ['inference', 0.55],
  ] as const)('labels claims of kind %s rightly at a share of %d or more', (kind, least) => {
    const first = judged.filter(({ batch }) => batch === undefined);
    expect(share(kind, (row) => row.verdict === row.label, first)).toBeGreaterThanOrEqual(least);
  });

  const later = judged.filter(({ batch }) => batch !== undefined);

  it('finds at least 97 of 100 claims that deny by antonyms and other words outside the lexicon', () => {
    expect(later.length).toBeGreaterThan(300);
    expect(share('negation', (row) => row.verdict !== 'supported', later)).toBeGreaterThanOrEqual(0.97);
  });

  it('still recognises more than 4 of 10 paraphrases written beside them', () => {
    expect(share('paraphrase', (row) => row.verdict === 'supported', later)).toBeGreaterThan(0.4);
  });
});

describe('a claim', () => {
  const source = 'The pool opens at 7:00 and closes at 21:30. A ticket costs 6 euros; children under 4 pay nothing. Diving is forbidden.';

  it('is supported by the same words, with the place where they stand', () => {
    const verdict = checkClaim('A ticket costs 6 euros; children under 4 pay nothing.', source);
    expect(verdict.label).toBe('supported');
    expect(source.slice(verdict.evidence?.start, verdict.evidence?.end)).toBe('A ticket costs 6 euros; children under 4 pay nothing');
  });

  it.each([
    ['The pool closes at half past nine in the evening.', 'supported'],
    ['The pool closes at 20:30.', 'contradicted'],
    ['A ticket costs 6 dollars.', 'contradicted'],
    ['A ticket costs 9 euros.', 'contradicted'],
    ['Diving is allowed.', 'contradicted'],
    ['Diving is not allowed.', 'supported'],
    ['The lifeguards speak three languages.', 'not-in-source'],
  ])('"%s" is %s', (claim, label) => {
    expect(checkClaim(claim, source).label).toBe(label);
  });

  it('converts units before it compares', () => {
    expect(checkClaim('The film lasts an hour and a half.', 'The film lasts 90 minutes.').label).toBe('supported');
    expect(checkClaim('The film lasts an hour and a quarter.', 'The film lasts 90 minutes.').label).toBe('contradicted');
    expect(checkClaim('The bridge is 1.2 km long.', 'The bridge is 1,200 metres long.').label).toBe('supported');
  });

  it('says why it was refused', () => {
    expect(checkClaim('A ticket costs 9 euros.', source).reasons[0]).toContain('6 euros');
  });

  it.each(['', '   ', '...', '\ud800', '?!'])('of %j says nothing and is not in the source', (claim) => {
    expect(checkClaim(claim, source).label).toBe('not-in-source');
  });

  it('is not in an empty source', () => {
    expect(checkClaim('A ticket costs 6 euros.', '').label).toBe('not-in-source');
  });

  it('is not supported by half a clause that has lost its denial', () => {
    expect(checkClaim('Members are paid.', 'It is not true that members are paid.').label).not.toBe('supported');
  });
});

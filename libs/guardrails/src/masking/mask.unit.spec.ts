import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { samples, type SecretSample, type ValueSample } from '../../test/samples.ts';
import { type KeyedHash, maskFindings, maskPersonalData, maskUntilStable } from './mask.ts';
import { defaultMasking, maskedBy, type MaskingPolicy, type MaskStrategy } from './masking-policy.ts';
import { putBack, tokensIn } from './tokens.ts';
import { findPersonalData } from '../personal/find-personal-data.ts';

const masked = (text: string): string => maskUntilStable(text, findPersonalData(text)).text;
const strong = samples<ValueSample>('personal-data').filter(
  ({ kind, valid }) => valid && /^(?:email|card|iban|ip|crypto|mac|us-ssn|es-nif|cn-id)$/.test(kind),
);
const secrets = samples<SecretSample>('secrets').flatMap(({ kind, text }) => (kind === null ? [] : [text]));

const parts = fc.array(fc.oneof(fc.constantFrom(...strong.map(({ value }) => value), ...secrets), fc.string({ maxLength: 10 })), {
  maxLength: 8,
});

describe('Masking', () => {
  it('replaces a value by its kind and a number', () => {
    expect(masked('Write to ana@example.org or call +351 912 345 678.')).toBe('Write to [email-1] or call [phone-1].');
  });

  it('gives one value one token, however it is spaced, and another value another', () => {
    expect(masked('4539 1488 0343 6467, 4539148803436467 and 378282246310005')).toBe('[card-1], [card-1] and [card-2]');
  });

  it('makes one mask of overlapping findings', () => {
    const text = 'abcdefghij';
    const findings = [
      { kind: 'phone', start: 1, end: 5, score: 0.5 },
      { kind: 'card', start: 3, end: 8, score: 0.9 },
    ] as const;
    expect(maskPersonalData(text, findings)).toBe('a[card-1]ij');
  });

  it('counts on from masks that are already there', () => {
    expect(masked('[email-3] wrote to ana@example.org')).toBe('[email-3] wrote to [email-4]');
  });

  it('ignores findings outside the text', () => {
    expect(maskPersonalData('abc', [{ kind: 'email', start: 2, end: 9, score: 1 }])).toBe('abc');
  });

  it('leaves no value behind and changes nothing the second time', () => {
    fc.assert(
      fc.property(parts, (list) => {
        const text = list.join('\n');
        const once = masked(text);
        for (const { start, end } of maskedBy(findPersonalData(text), defaultMasking))
          if (end - start >= 8) expect(once).not.toContain(text.slice(start, end));
        expect(masked(once)).toBe(once);
      }),
      { numRuns: 300 },
    );
  });

  it('masks every strong value of the samples between any two words', () => {
    for (const { value } of strong) expect(masked(`before ${value} after`)).toMatch(/^before \[[a-z-]+-1\] after$/);
  });
});

/** A keyed hash for tests alone: 64 letters and digits that depend on every character. */
const hash: KeyedHash = (value) => {
  let state = 0x9e3779b9;
  for (const unit of value) state = Math.imul(state ^ unit.charCodeAt(0), 0x85ebca6b) ^ (state >>> 13);
  return Array.from({ length: 64 }, () => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 1;
    return ((state >>> 8) % 36).toString(36);
  }).join('');
};

const policyOf = (strategy: MaskStrategy): MaskingPolicy => ({ ...defaultMasking, secrets: strategy, others: strategy });
const by = (strategy: MaskStrategy, text: string) => maskUntilStable(text, findPersonalData(text), { policy: policyOf(strategy), hash });

describe('A masking strategy', () => {
  const mail = 'ana.silva@example.org';

  it('keep leaves the text as it is', () => {
    expect(by('keep', `to ${mail}`).text).toBe(`to ${mail}`);
  });

  it('label says the type alone', () => {
    expect(by('label', `to ${mail} now`).text).toBe('to [EMAIL_ADDRESS] now');
  });

  it('remove leaves nothing', () => {
    expect(by('remove', `to ${mail} now`).text).toBe('to  now');
  });

  it('hash is the same for a value in every text and another for another value', () => {
    const [one, two, other] = [`to ${mail}`, `${mail} wrote`, 'to bo@example.org'].map(
      (text) => /\[email#[a-z]+\]/.exec(by('hash', text).text)?.[0],
    );
    expect(one).toMatch(/^\[email#[a-z]{16}\]$/);
    expect(two).toBe(one);
    expect(other).not.toBe(one);
  });

  it('shape keeps form and length, is the same every time and is no valid value', () => {
    const card = '4539 1488 0343 6467';
    const { text } = by('shape', `card ${card}.`);
    expect(text).toMatch(/^card \d{4} \d{4} \d{4} \d{4}\.$/);
    expect(text).not.toContain(card);
    expect(by('shape', `card ${card}.`).text).toBe(text);
    expect(findPersonalData(text).filter(({ kind }) => kind === 'card')).toEqual([]);
  });

  it('token is put back for a reader who may see it, and for that one alone', () => {
    const { text, kept } = by('token', `Mail ${mail} and bo@example.org, ${mail}.`);
    expect(text).toMatch(/^Mail (\[email:[A-Z]{17}\]) and \[email:[A-Z]{17}\], \1\.$/);
    const values = new Map(kept.map(({ token, value }) => [token, value]));
    expect(putBack(text, (token) => values.get(token))).toBe(`Mail ${mail} and bo@example.org, ${mail}.`);
    expect(putBack(text, () => undefined)).toBe(text);
    expect(putBack(text.toLowerCase(), (token) => values.get(token))).toContain(mail);
    expect(tokensIn(text)).toHaveLength(2);
  });

  it('a token with another letter is none', () => {
    const { text } = by('token', mail);
    const broken = text.replace(/.\]$/, (end) => (end.startsWith('B') ? 'C]' : 'B]'));
    expect(tokensIn(broken)).toEqual([]);
    expect(putBack(broken, () => 'x')).toBe(broken);
  });

  it('masks names where the policy says so, and not by default', () => {
    const text = 'My name is Katharina Lindqvist and I live in Toronto.';
    const findings = findPersonalData(text);
    expect(maskUntilStable(text, findings).text).toBe(text);
    const policy = { ...defaultMasking, kinds: { ...defaultMasking.kinds, person: 'label' as const } };
    expect(maskFindings(text, findings, { policy }).text).toBe('My name is [PERSON] and I live in Toronto.');
  });

  it.each(['number', 'label', 'hash', 'token', 'remove'] as const)(
    '%s leaves nothing to find, and a token always comes back',
    (strategy) => {
      fc.assert(
        fc.property(parts, (list) => {
          const text = list.join('\n');
          const { text: once, kept } = by(strategy, text);
          expect(by(strategy, once).text).toBe(once);
          expect(maskedBy(findPersonalData(once), policyOf(strategy))).toEqual([]);
          const values = new Map(kept.map(({ token, value }) => [token, value]));
          for (const token of tokensIn(once)) expect(putBack(token, (one) => values.get(one))).toBe(values.get(token) ?? token);
        }),
        { numRuns: 60 },
      );
    },
  );
});

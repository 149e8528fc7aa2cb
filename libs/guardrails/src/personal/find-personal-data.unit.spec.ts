import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { samples, type SecretSample, type ValueSample } from '../../test/samples.ts';
import { findPersonalData } from './find-personal-data.ts';
import { type FindingKind, isSecret } from './kinds.ts';

const values = samples<ValueSample>('personal-data');
const kindsIn = (text: string): string[] => findPersonalData(text).map((finding) => finding.kind);

describe('Personal data', () => {
  it.each(values.filter((sample) => sample.valid))('$kind $value is found where it stands alone', ({ kind, value }) => {
    const finding = findPersonalData(value).find((candidate) => candidate.kind === kind);
    expect(finding).toMatchObject({ start: 0, end: value.length });
  });

  it.each(values.filter((sample) => !sample.valid))('$value is no $kind', ({ kind, value }) => {
    expect(kindsIn(value)).not.toContain(kind);
    expect(kindsIn(`It says ${value} there.`)).not.toContain(kind);
  });

  it.each(values.filter((sample) => sample.valid && /^(?:email|card|iban|ip|crypto|phone|us-ssn|mac)$/.test(sample.kind)))(
    '$kind $value is found in a sentence at its place',
    ({ kind, value }) => {
      const text = `Ünïted 🦑 team: ${value}, thanks.`;
      const finding = findPersonalData(text).find((candidate) => candidate.kind === kind);
      expect(text.slice(finding?.start, finding?.end)).toBe(value);
    },
  );

  it('is found in full-width digits and between zero-width characters', () => {
    expect(kindsIn('card ４５３９ １４８８ ０３４３ ６４６７')).toContain('card');
    expect(kindsIn('card 4539\u200b 1488 03\u200b43 6467')).toContain('card');
  });

  it('has a number without checksum only near a word that names it', () => {
    expect(kindsIn('Order 536228726 was shipped')).toEqual([]);
    expect(kindsIn('My social security number is 536228726')).toContain('us-ssn');
  });

  it('is not seen in versions, times, prices and ratios', () => {
    const text = 'At 12:34:56 we sold 1,234,567 units of v10.4.1 for 12.50 each, ratio 1:2:3:4, rooms 101-110.';
    expect(findPersonalData(text)).toEqual([]);
  });

  it('finds neighbours apart from each other', () => {
    expect(kindsIn('4539148803436467 378282246310005').filter((kind) => kind === 'card')).toHaveLength(2);
  });

  it('never reports a place outside the text nor the value itself', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(...values.map((sample) => sample.value)), fc.string({ unit: 'binary', maxLength: 12 })), {
          maxLength: 6,
        }),
        (parts) => {
          const text = parts.join(' ');
          for (const finding of findPersonalData(text)) {
            expect(finding.start).toBeGreaterThanOrEqual(0);
            expect(finding.end).toBeGreaterThan(finding.start);
            expect(finding.end).toBeLessThanOrEqual(text.length);
            expect(Object.keys(finding).sort()).toEqual(['end', 'kind', 'score', 'start']);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('Secrets', () => {
  const secrets = samples<SecretSample>('secrets');

  it.each(secrets.filter((sample) => sample.kind !== null))('$kind is found in: $text', ({ kind, text }) => {
    expect(kindsIn(text)).toContain(kind);
  });

  it.each(secrets.filter((sample) => sample.kind === null))('are not seen in: $text', ({ text }) => {
    expect(kindsIn(text).filter((kind) => isSecret(kind as FindingKind))).toEqual([]);
  });

  it('cover the whole private key, and all that is there when its end is missing', () => {
    const key = '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQEF\n';
    expect(findPersonalData(`see ${key}-----END PRIVATE KEY----- bye`)[0]).toMatchObject({ start: 4, end: 4 + key.length + 25 });
    expect(findPersonalData(key)[0]).toMatchObject({ start: 0, end: key.length });
  });
});

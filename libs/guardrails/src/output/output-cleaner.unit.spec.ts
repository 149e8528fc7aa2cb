import { describe, expect, it } from '@jest/globals';
import { OutputCleaner } from './output-cleaner.ts';
import { type GuardPolicy, readyGuard } from './output-policy.ts';

const cleaned = (value: unknown, policy: GuardPolicy = {}) => {
  const cleaner = new OutputCleaner(readyGuard(policy));
  return { value: cleaner.value(value), ...cleaner.verdict() };
};

describe('an output of many texts', () => {
  it('is cleaned wherever in it something stands', () => {
    const value = {
      'card 4111 1111 1111 1111': [{ n: 4111111111111111, small: 7, ok: true, none: null }],
      nested: [['the key is AKIAIOSFODNN7EXAMPLE']],
      password: 'hunter2!xYz',
    };
    const { value: clean, verdict, findings } = cleaned(value);
    expect(clean).toEqual({
      'card [removed: card]': [{ n: '[removed: card]', small: 7, ok: true, none: null }],
      nested: [['the key is [removed: aws-key]']],
      password: '[removed: assigned-secret]',
    });
    expect(verdict).toBe('redact');
    expect(findings.map(({ kind }) => kind).sort()).toEqual(['assigned-secret', 'aws-key', 'card']);
    expect(cleaned(clean)).toEqual({ value: clean, verdict: 'allow', findings: [] });
  });

  it('is blocked by what is spread over its texts', () => {
    const canaries = ['Zq7RtLw2XkPm9sVb'];
    expect(cleaned(['Zq7RtLw2', { x: 'XkPm9sVb' }], { canaries })).toMatchObject({ verdict: 'block', findings: [{ check: 'canary' }] });
    expect(cleaned(['sports', 'betting'], { topics: [{ name: 'bets', phrases: ['sports betting'] }] }).verdict).toBe('block');
  });

  it('is answered however deep it is', () => {
    let deep: unknown = 'x';
    for (let i = 0; i < 5_000; i += 1) deep = [deep];
    expect(JSON.stringify(cleaned(deep).value)).toContain('nested-too-deep');
  });
});

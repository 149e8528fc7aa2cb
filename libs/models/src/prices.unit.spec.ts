import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { costMicroUsd, parsePrice, PRICE_VERSION, priceOf, worstCaseMicroUsd } from './prices.ts';
import { countUpperBound } from './tokens.ts';

const request = (text: string, maxOutputTokens = 10) => ({ system: 's', messages: [{ role: 'user' as const, text }], maxOutputTokens });
const counts = fc.record({ inputTokens: fc.nat(10_000_000), outputTokens: fc.nat(10_000_000) });

describe('prices', () => {
  it('are known for listed models and their dated snapshots', () => {
    expect(priceOf('gpt-4.1-mini')).toEqual({
      inputPerMillion: 400_000,
      outputPerMillion: 1_600_000,
      priceVersion: PRICE_VERSION,
      priceKnown: true,
    });
    expect(priceOf('gpt-4.1-mini-2025-04-14')).toEqual(priceOf('gpt-4.1-mini'));
  });

  it.each(['qwen3:4b', '', 'constructor', '__proto__', 'gpt-4.1-mini-custom'])('are unknown, and said so, for "%s"', (model) => {
    expect(priceOf(model)).toEqual({ inputPerMillion: 0, outputPerMillion: 0, priceVersion: 'none', priceKnown: false });
  });

  it('of an operator are read strictly', () => {
    expect(parsePrice(' 400000/1600000 ')).toMatchObject({ inputPerMillion: 400_000, outputPerMillion: 1_600_000, priceKnown: true });
    for (const wrong of ['', '1', '1/', '-1/2', '1.5/2', '1/2/3', '99999999999/1']) expect(parsePrice(wrong)).toBeUndefined();
  });
});

describe('the cost of a call', () => {
  it('is rounded up to whole micro-dollars', () => {
    const price = priceOf('gpt-4.1-mini');
    expect(costMicroUsd(price, { inputTokens: 0, outputTokens: 0 })).toBe(0);
    expect(costMicroUsd(price, { inputTokens: 1, outputTokens: 0 })).toBe(1);
    expect(costMicroUsd(price, { inputTokens: 1_000_000, outputTokens: 1_000_000 })).toBe(2_000_000);
  });

  it('never shrinks when usage grows, and parts never cost less than the whole', () => {
    const price = priceOf('gpt-5.4');
    fc.assert(
      fc.property(counts, counts, (a, b) => {
        const both = costMicroUsd(price, { inputTokens: a.inputTokens + b.inputTokens, outputTokens: a.outputTokens + b.outputTokens });
        expect(both).toBeGreaterThanOrEqual(costMicroUsd(price, a));
        expect(costMicroUsd(price, a) + costMicroUsd(price, b)).toBeGreaterThanOrEqual(both);
      }),
    );
  });

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('cannot be told for %p tokens', (inputTokens) => {
    expect(() => costMicroUsd(priceOf('gpt-4.1'), { inputTokens, outputTokens: 0 })).toThrow(RangeError);
  });
});

describe('the worst case', () => {
  it('bounds every usage a server can honestly report: one token a byte, and all output', () => {
    const price = priceOf('gpt-4.1');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(5000), (text, most) => {
        const honest = { inputTokens: Buffer.byteLength(`s${text}`), outputTokens: most };
        expect(worstCaseMicroUsd(price, request(text, most))).toBeGreaterThanOrEqual(costMicroUsd(price, honest));
      }),
    );
  });

  it('counts the schema and text that a tokeniser makes longer', () => {
    const plain = worstCaseMicroUsd(priceOf('gpt-4.1'), request('x'));
    expect(worstCaseMicroUsd(priceOf('gpt-4.1'), { ...request('x'), responseSchema: { type: 'object' } })).toBeGreaterThan(plain);
    expect(countUpperBound('\ufdfa')).toBeGreaterThan(18);
  });

  it('is no money for a model without a price', () => {
    expect(worstCaseMicroUsd(priceOf('local'), request('x'))).toBe(0);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { defaultPolicy } from '../policy.ts';
import { afterTurn, noRisk, riskOf, sessionBlocks, type SessionRisk } from './session.ts';

const minute = 60_000;
const turns = (scores: readonly number[], apart = minute): SessionRisk =>
  scores.reduce<SessionRisk>((risk, score, i) => afterTurn(risk, { score, at: i * apart }), noRisk);

describe('The risk of a session', () => {
  it('blocks a slow attack of five turns each of which passes', () => {
    const scores = [0.45, 0.5, 0.5, 0.55, 0.5];
    expect(Math.max(...scores)).toBeLessThan(defaultPolicy.bands.user.markFrom);
    expect(sessionBlocks(turns(scores.slice(0, 2)))).toBe(false);
    expect(sessionBlocks(turns(scores))).toBe(true);
  });

  it('stays nothing over a hundred harmless turns', () => {
    expect(riskOf(turns(Array.from({ length: 100 }, () => 0.15)))).toBe(0);
  });

  it('fades with time and with harmless turns, but never at once', () => {
    const suspicious = turns([0.6, 0.6]);
    const later = (score: number, apart: number) => riskOf(afterTurn(suspicious, { score, at: minute + apart }));
    expect(later(0, 60 * minute)).toBeLessThan(riskOf(suspicious) / 2);
    expect(later(0, 0)).toBeGreaterThan(riskOf(suspicious) * 0.8);
  });

  it('is a probability, rises with every score, and no clock that runs backwards makes it fall', () => {
    const score = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(score, { maxLength: 20 }), score, score, fc.integer({ min: -1e6, max: 1e9 }), (before, a, b, at) => {
        const risk = turns(before);
        const [low, high] = [Math.min(a, b), Math.max(a, b)].map((one) => riskOf(afterTurn(risk, { score: one, at })));
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(high).toBeGreaterThanOrEqual(low ?? 1);
        expect(afterTurn(risk, { score: 0, at }).at).toBeGreaterThanOrEqual(risk.at);
      }),
    );
  });
});

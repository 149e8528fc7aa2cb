import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isTraceparent, newTraceparent, randomBytesPooled, traceparentOr } from './traceparent.ts';

const VALID = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

describe('a trace context', () => {
  it.each([
    ['sampled', VALID],
    ['not sampled', VALID.replace(/01$/, '00')],
  ])('of version 00 is taken, %s', (_name, text) => {
    expect(isTraceparent(text)).toBe(true);
    expect(traceparentOr(text)).toBe(text);
  });

  it.each([
    ['nothing', undefined],
    ['an empty text', ''],
    ['capitals', VALID.toUpperCase()],
    ['an id of zeros', VALID.replace(/00f067aa0ba902b7/, '0'.repeat(16))],
    ['a trace of zeros', VALID.replace(/4bf92f3577b34da6a3ce929d0e0e4736/, '0'.repeat(32))],
    ['another version', VALID.replace(/^00/, 'ff')],
    ['more behind it', `${VALID}-x`],
    ['a line break', `${VALID}\n`],
    ['a space before it', ` ${VALID}`],
  ])('is not read from %s: a new trace begins', (_name, text) => {
    expect(isTraceparent(text)).toBe(false);
    const made = traceparentOr(text);
    expect(isTraceparent(made)).toBe(true);
    expect(made).not.toBe(text);
  });

  it('that is new is valid, sampled, and never the same twice', () => {
    const made = Array.from({ length: 2_000 }, newTraceparent);
    expect(made.every((text) => isTraceparent(text) && text.endsWith('-01'))).toBe(true);
    expect(new Set(made.map((text) => text.split('-')[1])).size).toBe(2_000);
    expect(new Set(made.map((text) => text.split('-')[2])).size).toBe(2_000);
  });

  it('is told from any other text in an instant', () => {
    fc.assert(fc.property(fc.string({ maxLength: 200 }), (text) => isTraceparent(traceparentOr(text))));
    const began = performance.now();
    isTraceparent(`00-${'0'.repeat(1_000_000)}`);
    expect(performance.now() - began).toBeLessThan(100);
  });
});

describe('random bytes of a pool', () => {
  it('are as many as asked for, at its end too, and belong to whoever got them', () => {
    const taken = Array.from({ length: 1_000 }, () => randomBytesPooled(16));
    expect(taken.every((bytes) => bytes.length === 16)).toBe(true);
    expect(new Set(taken.map((bytes) => Buffer.from(bytes).toString('hex'))).size).toBe(1_000);
    const before = Buffer.from(taken[0] ?? []).toString('hex');
    taken[1]?.fill(0);
    for (let i = 0; i < 300; i++) randomBytesPooled(16);
    expect(Buffer.from(taken[0] ?? []).toString('hex')).toBe(before);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import { canonicalJson } from './canonical-json.ts';

/** The same value with the keys of every object in another order. */
function reordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reordered);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, item]) => [key, reordered(item)]),
  );
}

// JSON.parse(JSON.stringify(...)) first: what came over a wire has no -0, no undefined and no __proto__ of its own.
const fromWire = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as unknown);

describe('canonical JSON', () => {
  it('is JSON of the same value', () => {
    fc.assert(fc.property(fromWire, (value) => expect(JSON.parse(canonicalJson(value))).toEqual(value)));
  });

  it('is the same text for any order of keys', () => {
    fc.assert(fc.property(fromWire, (value) => expect(canonicalJson(reordered(value))).toBe(canonicalJson(value))));
  });

  it('differs where values differ, order in lists included', () => {
    expect(canonicalJson([1, 2])).not.toBe(canonicalJson([2, 1]));
    expect(canonicalJson({ a: '1' })).not.toBe(canonicalJson({ a: 1 }));
    expect(canonicalJson({ a: null })).not.toBe(canonicalJson({}));
    expect(canonicalJson({ 'a":1,"b': 2 })).not.toBe(canonicalJson({ a: 1, b: 2 }));
  });

  it('has no spaces and sorted keys', () => {
    expect(canonicalJson({ b: [1, { d: 'x y', c: true }], a: null })).toBe('{"a":null,"b":[1,{"c":true,"d":"x y"}]}');
  });
});

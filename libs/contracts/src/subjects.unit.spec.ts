import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import {
  AGGREGATES,
  CLASSES,
  PLATFORM,
  VERBS,
  aggregatePrefix,
  blobSubject,
  facet,
  ingressSubject,
  liveSubject,
  parseEventSubject,
  parseIngressSubject,
  scope,
  shardOf,
  taskPrefix,
} from './subjects.ts';

const token = fc.stringMatching(/^[a-z0-9-]{1,40}$/);
const tenant = fc.oneof(token, fc.constant(PLATFORM));
const aggregate = fc.constantFrom(...AGGREGATES);
/** Text of any kind, wildcards and separators often. */
const hostile = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom('*', '>', '.', ' ', 'a', '_', '\u0000', '\n') }));
const number = fc.nat(10_000);

const IS_LITERAL = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/;

describe('the subject of an aggregate', () => {
  it('is read back as the address it was made from', () => {
    fc.assert(
      fc.property(tenant, aggregate, token, fc.array(token, { minLength: 1, maxLength: 6 }), (owner, kind, id, parts) => {
        const prefix = aggregatePrefix({ tenant: owner, aggregate: kind, id });
        const address = parseEventSubject([prefix, ...parts].join('.'));
        expect(address).toEqual({ shard: shardOf(id), tenant: owner, aggregate: kind, id, facet: parts });
      }),
    );
  });

  it('can’t be made of anything that would widen it', () => {
    fc.assert(
      fc.property(hostile, hostile, aggregate, (owner, id, kind) => {
        let prefix: string;
        try {
          prefix = aggregatePrefix({ tenant: owner, aggregate: kind, id });
        } catch {
          return;
        }
        expect(prefix).toMatch(IS_LITERAL);
        expect(prefix.split('.')).toHaveLength(5);
      }),
    );
    for (const bad of ['*', '>', '', 'a.b', 'a b', 'A', 'a'.repeat(41)]) {
      expect(() => taskPrefix('acme', bad)).toThrow(RangeError);
      expect(() => taskPrefix(bad, 'one')).toThrow(RangeError);
    }
    expect(() => taskPrefix('acme', PLATFORM)).toThrow(RangeError);
  });

  it('names one of 64 shards, the same for the same id', () => {
    fc.assert(
      fc.property(token, (id) => {
        expect(shardOf(id)).toMatch(/^[0-3][0-9a-f]$/);
        expect(shardOf(id)).toBe(shardOf(id));
      }),
    );
    // SHA-256 of "a" begins with ca, of "0" with 5f.
    expect([shardOf('a'), shardOf('0')]).toEqual(['0a', '1f']);
  });
});

describe('the subject of an event', () => {
  const prefix = taskPrefix('acme', 'one');
  const built = fc.oneof(
    fc.tuple(hostile, hostile).map(([verb, command]) => facet.request(verb, command)),
    fc.tuple(hostile, fc.constantFrom(...CLASSES), hostile, number).map(([arm, priority, step, n]) => facet.step(arm, priority, step, n)),
    fc.tuple(hostile, fc.constantFrom(...CLASSES), hostile, number).map(([arm, priority, step, n]) => facet.fan(arm, priority, step, n)),
    fc.tuple(hostile, hostile, number).map(([arm, step, n]) => facet.done(arm, step, n)),
    fc.tuple(hostile, hostile, number).map(([arm, step, n]) => facet.closed(arm, step, n)),
    fc.tuple(hostile, hostile, number, number).map(([arm, step, n, k]) => facet.call(arm, step, n, k)),
    fc.tuple(hostile, hostile, number, number).map(([arm, step, n, k]) => facet.note(arm, step, n, k)),
  );

  it('is never accepted with a wildcard in it, whatever a facet was made of', () => {
    fc.assert(
      fc.property(built, (part) => {
        const subject = `${prefix}.${part}`;
        if (parseEventSubject(subject) !== undefined) expect(subject).toMatch(IS_LITERAL);
      }),
      { numRuns: 500 },
    );
    for (const filter of [scope.all(prefix), scope.flow(prefix), ...scope.outcomes(prefix)])
      expect(parseEventSubject(filter)).toBeUndefined();
  });

  it('is refused with another shard, an unknown aggregate, no facet, or another head', () => {
    const good = `${prefix}.flow.end`;
    expect(parseEventSubject(good)).toBeDefined();
    const other = shardOf('one') === '00' ? '01' : '00';
    expect(parseEventSubject(good.replace(/^evt\.[0-9a-f]{2}/, `evt.${other}`))).toBeUndefined();
    expect(parseEventSubject(good.replace('.task.', '.tasks.'))).toBeUndefined();
    expect(parseEventSubject(prefix)).toBeUndefined();
    expect(parseEventSubject(liveSubject(good))).toBeUndefined();
    expect(parseEventSubject(`${good}.`)).toBeUndefined();
  });

  it('lies in the scope that its expected sequence is checked over', () => {
    const inScope = (filter: string, part: string): boolean => `${prefix}.${part}`.startsWith(filter.slice(0, -1));
    expect(inScope(scope.flow(prefix), facet.step('judge', 'a', 'check', 1))).toBe(true);
    expect(inScope(scope.flow(prefix), facet.end)).toBe(true);
    expect(inScope(scope.flow(prefix), facet.fan('judge', 'a', 'check', 1))).toBe(false);
    for (const part of [facet.call('judge', 'check', 1, 1), facet.done('judge', 'check', 1), facet.closed('judge', 'check', 1)]) {
      expect(inScope(scope.attempt(prefix, 'judge', 'check', 1), part)).toBe(true);
      expect(inScope(scope.attempt(prefix, 'judge', 'check', 11), part)).toBe(false);
    }
  });
});

describe('the subject of a command', () => {
  it('is read back, for every verb', () => {
    for (const verb of VERBS) expect(parseIngressSubject(ingressSubject('acme', verb))).toEqual({ tenant: 'acme', verb });
    expect(parseIngressSubject(ingressSubject(PLATFORM, 'create-tenant'))).toEqual({ tenant: PLATFORM, verb: 'create-tenant' });
  });

  it('is nothing but three literal tokens', () => {
    fc.assert(
      fc.property(hostile, hostile, (owner, verb) => {
        const subject = `ingress.${owner}.${verb}`;
        if (parseIngressSubject(subject) !== undefined) expect(subject).toMatch(IS_LITERAL);
      }),
    );
    for (const bad of [
      'ingress.acme',
      'ingress.acme.submit.x',
      'ingress.*.submit',
      'ingress.acme.*',
      'ingress.acme.delete',
      'pub.acme.submit',
    ]) {
      expect(parseIngressSubject(bad)).toBeUndefined();
    }
  });
});

describe('the subject of content', () => {
  it('is its digest and the piece', () => {
    expect(blobSubject('ab'.repeat(32))).toBe(`blob.${'ab'.repeat(32)}.0`);
  });
});

import { describe, expect, it } from '@jest/globals';
import { LimitBook } from './limit-plan.ts';
import { limitPlanOf } from './limit-plan-text.ts';

const PLAN = {
  default: 'standard',
  tiers: {
    standard: { user: { rate: 10, burst: 20 } },
    gold: { tenant: { rate: 100, burst: 200 }, user: { rate: 50, burst: 60 }, routes: { 'POST /v1/tasks': { rate: 5, burst: 6 } } },
  },
  tenants: { acme: 'gold' },
};

const book = new LimitBook(limitPlanOf(JSON.stringify(PLAN)), (text) => text.replaceAll('\n', '-').toLowerCase());
const scopesOf = (tenant: string, route: string): readonly string[] =>
  book.bucketsOf({ tenant, user: 'key:a', route }).map(({ scope, limit }) => `${scope} ${limit.rate}/${limit.burst}`);

describe('a plan of limits', () => {
  it('holds a caller against its tenant’s tier, the widest count first', () => {
    expect(scopesOf('acme', 'POST /v1/tasks')).toEqual(['tenant 100/200', 'user 50/60', 'route 5/6']);
    expect(scopesOf('acme', 'GET /v1/tasks')).toEqual(['tenant 100/200', 'user 50/60']);
    expect(scopesOf('globex', 'POST /v1/tasks')).toEqual(['user 10/20']);
  });

  it('takes no name for a tier or route that every object has', () => {
    expect(scopesOf('constructor', '__proto__')).toEqual(['user 10/20']);
  });

  it('gives each caller, tenant and route a count of its own', () => {
    const keys = (['acme', 'globex'] as const).flatMap((tenant) =>
      ['key:a', 'key:b'].flatMap((user) =>
        ['POST /v1/tasks', 'GET /v1/tasks'].flatMap((route) =>
          book.bucketsOf({ tenant, user, route }).map(({ key, scope }) => `${scope}=${key}`),
        ),
      ),
    );
    expect(new Set(keys).size).toBe(1 + 2 + 2 + 2);
  });

  it.each([
    ['x', 'the file is not JSON'],
    ['[]', 'the file must be an object'],
    ['{"default":"a"}', '/default must name one of the tiers'],
    ['{"default":"toString","tiers":{}}', '/default must name one of the tiers'],
    ['{"default":"a","tiers":{"a":{"user":{"rate":0,"burst":1}}}}', '/tiers/a/user/rate must be a number from 0.001 to 1000000'],
    ['{"default":"a","tiers":{"a":{"user":{"rate":1,"burst":0}}}}', '/tiers/a/user/burst must be a number from 1 to 1000000'],
    ['{"default":"a","tiers":{"a":{"uesr":{}}}}', '/tiers/a knows only tenant, user, routes'],
    ['{"default":"a","tiers":{"a":{}},"tenants":{"acme":"b"}}', '/tenants/acme must name one of the tiers'],
  ])('is refused by the place that is wrong: %s', (text, message) => {
    expect(() => limitPlanOf(text)).toThrow(`OCTO_LIMITS_FILE: ${message}`);
  });
});

import { createHmac } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Commands } from '@octobus/contracts';
import { Fault } from '@octobus/kernel';
import { InMemoryVolatileStore, type VolatileStore } from '@octobus/volatile';
import { AnswerCache, type AnswerCacheOptions, type AskedRequest, type CacheOutcome } from './answer-cache.ts';

const START = 1_800_000_000_000;
const QUESTION: Commands['submit'] = { goal: 'What is the notice period?', cache: 'use' };
const noopStep = (effect: 'none' | 'once') => ({ steps: [{ id: 'a', agent: 'noop', effect }] });

let now: number;
let standing: string;
let store: VolatileStore;
let outcomes: CacheOutcome[];

const cache = (more: Partial<AnswerCacheOptions> = {}): AnswerCache =>
  new AnswerCache({
    store,
    standing: async () => standing,
    clock: () => now,
    ttlMs: 60_000,
    otherwise: 'bypass',
    whenDown: 'reject',
    onOutcome: (outcome) => outcomes.push(outcome),
    ...more,
  });

const asked = (more: Partial<Omit<AskedRequest, 'keyed'>> = {}, person = 'ada'): AskedRequest => ({
  tenant: 'acme',
  owner: 'key:k1',
  body: QUESTION,
  ...more,
  keyed: (text) =>
    createHmac('sha256', `${more.tenant ?? 'acme'} ${person}`)
      .update(text)
      .digest('hex'),
});

/** What is found for a request, after another was accepted as task T1. */
async function foundAfter(first: AskedRequest, then: AskedRequest, between: () => void = () => undefined): Promise<string | undefined> {
  const remembered = await cache().find(first);
  if (remembered !== undefined) await cache().remember(remembered, 'T1');
  between();
  return (await cache().find(then))?.task;
}

beforeEach(() => {
  now = START;
  standing = '17';
  store = new InMemoryVolatileStore(() => now);
  outcomes = [];
});

describe('remembered requests', () => {
  it('name the task that asked the same before, however the request was written down', async () => {
    expect(await foundAfter(asked(), asked({ body: { cache: 'use', documents: [], goal: QUESTION.goal } }))).toBe('T1');
    expect(outcomes).toEqual(['new', 'named']);
  });

  it.each([
    ['another tenant', asked({ tenant: 'globex' })],
    ['another owner', asked({ owner: 'key:k2' })],
    ['another person', asked({}, 'bob')],
    ['another goal', asked({ body: { ...QUESTION, goal: 'What is the notice period' } })],
    ['other documents', asked({ body: { ...QUESTION, documents: ['d'] } })],
    ['another plan', asked({ body: { ...QUESTION, plan: noopStep('none') } })],
    ['another budget', asked({ body: { ...QUESTION, limits: { maxSteps: 3 } } })],
  ])('are not found for %s', async (_who, other) => {
    expect(await foundAfter(asked(), other)).toBeUndefined();
  });

  it('are not found after a document of the tenant has changed', async () => {
    expect(await foundAfter(asked(), asked(), () => (standing = '18'))).toBeUndefined();
  });

  it('are out of date a while after they were first asked, however often they were asked since', async () => {
    for (let n = 1; n <= 5; n++) {
      const remembered = await cache().find(asked());
      if (remembered !== undefined) await cache().remember(remembered, `T${n}`);
      now += 11_000;
    }
    expect((await cache().find(asked()))?.task).toBe('T5');
    now += 5_000;
    expect((await cache().find(asked()))?.task).toBeUndefined();
  });

  it.each([
    ['doesn’t ask for it', { goal: QUESTION.goal }],
    ['says not to', { ...QUESTION, cache: 'bypass' as const }],
    ['acts outside', { ...QUESTION, plan: noopStep('once') }],
  ])('are left alone by a request that %s', async (_why, body) => {
    expect(await cache().find(asked({ body }))).toBeUndefined();
    expect(outcomes).toEqual([]);
  });

  it('serve who doesn’t say, where the operator has set it so', async () => {
    const body = { goal: QUESTION.goal };
    expect(await cache({ otherwise: 'use' }).find(asked({ body }))).toMatchObject({ task: undefined });
  });

  it('hold no word of the request', async () => {
    const written: string[] = [];
    const spied: VolatileStore = { ...store, get: async () => undefined, set: async (key, value) => void written.push(key, value) };
    const spying = cache({ store: spied });
    const remembered = await spying.find(asked());
    if (remembered !== undefined) await spying.remember(remembered, 'T1');
    expect(written).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/), JSON.stringify({ task: 'T1', since: START })]);
  });

  it.each(['', '{', '[]', '{"task":7,"since":1}', '{"task":"T1"}', `{"task":"T1","since":${START + 60_000}}`])(
    'take what stands there and is no entry for none: %s',
    async (value) => {
      const remembered = await cache().find(asked());
      await store.set(remembered?.key ?? '', value, 60_000);
      expect(await cache().find(asked())).toMatchObject({ task: undefined });
    },
  );
});

describe('a store of remembered requests that is down', () => {
  const down = (): Promise<never> => Promise.reject(new Fault('volatile-unavailable', { retryable: true, message: 'down' }));
  const dead: VolatileStore = { get: down, set: down, swap: down, close: async () => undefined };

  it('lets no task in that wants it, for now', async () => {
    await expect(cache({ store: dead }).find(asked())).rejects.toMatchObject({ code: 'cache-unavailable', retryable: true });
    expect(await cache({ store: dead }).find(asked({ body: { goal: 'x' } }))).toBeUndefined();
    expect(outcomes).toEqual(['down']);
  });

  it('is done without, where that is the mode', async () => {
    expect(await cache({ store: dead, whenDown: 'degraded' }).find(asked())).toBeUndefined();
    expect(outcomes).toEqual(['down']);
  });

  it('never stops a task that was let in', async () => {
    await expect(cache({ store: dead }).remember({ key: 'a', task: undefined, since: START }, 'T1')).resolves.toBeUndefined();
  });
});

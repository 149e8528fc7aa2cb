import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { StoredLetter } from '@octobus/jetstream';
import { Fault } from '@octobus/kernel';
import { KeyRing, KeyedSealing, SEALING_FAULTS, commandPayload, subjectKey } from '@octobus/sealing';
import { shownPayload } from './shown-payload.ts';

const ada = { tenant: 'acme', subject: '0192f0c1-2d3e-8a4b-8c5d-6e7f8091a2b3' };
const bytes = randomBytes(32);
const sealing = new KeyedSealing(new KeyRing({ ask: () => Promise.resolve(bytes) }));
const sealed = commandPayload(subjectKey(ada, bytes), 'a-task', { goal: 'x' });
const letterWith = (payload: Uint8Array | undefined, tenant = 'acme'): StoredLetter => ({ tenant, original: { payload } }) as StoredLetter;

describe('what a dead letter shows', () => {
  it('is the command, opened', async () => {
    expect(await shownPayload(letterWith(sealed), sealing)).toEqual({ payload: '{"goal":"x"}', encoding: 'utf-8' });
  });

  it('is what was kept in the clear, and nothing where nothing was kept', async () => {
    expect(await shownPayload(letterWith(Buffer.from('{}')), sealing)).toEqual({ payload: '{}', encoding: 'utf-8' });
    expect(await shownPayload(letterWith(undefined), sealing)).toEqual({});
  });

  it('of a person who was erased is that they were', async () => {
    const erased = new Fault(SEALING_FAULTS.erased, { retryable: false, message: 'erased' });
    const later = new KeyedSealing(new KeyRing({ ask: () => Promise.reject(erased) }));
    expect(await shownPayload(letterWith(sealed), later)).toEqual({ erased: true });
  });

  it('is never opened for another tenant', async () => {
    expect(await shownPayload(letterWith(sealed, 'globex'), sealing)).toMatchObject({ payload: sealed.toString() });
  });
});

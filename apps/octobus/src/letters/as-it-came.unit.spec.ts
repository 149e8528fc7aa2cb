import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { StoredLetter } from '@octobus/jetstream';
import { Fault } from '@octobus/kernel';
import { KeyRing, KeyedSealing, SEALING_FAULTS, commandPayload, seal, subjectKey } from '@octobus/sealing';
import { asItCame } from './as-it-came.ts';

const ada = { tenant: 'acme', subject: '0192f0c1-2d3e-8a4b-8c5d-6e7f8091a2b3' };
const key = subjectKey(ada, randomBytes(32));
const sealing = new KeyedSealing(new KeyRing({ ask: () => Promise.resolve(key.key.export()) }));
const COMMAND = Buffer.from('{ "goal": "x" }\n');

const letterWith = (payload: Uint8Array, more: object = {}): StoredLetter =>
  ({ tenant: 'acme', service: 'reflex', ...more, original: { subject: 'ingress.acme.submit', sequence: 7, payload } }) as StoredLetter;
const sealedFor = (id: string): Buffer => Buffer.from(JSON.stringify({ sealed: seal(key, { id }, COMMAND) }));

describe('the payload of a dead letter', () => {
  it('that reflex has sealed is what came, byte for byte', async () => {
    expect((await asItCame(letterWith(sealedFor('letter-ada')), sealing)).original.payload).toEqual(COMMAND);
  });

  it('that the gateway has sealed stays as it is: its signature is of that', async () => {
    const letter = letterWith(commandPayload(key, 'a-task', { goal: 'x' }));
    expect(await asItCame(letter, sealing)).toBe(letter);
  });

  it('that was sealed for another tenant is not opened', async () => {
    const letter = letterWith(sealedFor('letter-ada'), { tenant: 'globex' });
    expect((await asItCame(letter, sealing)).original.payload).toBeUndefined();
  });

  it('that no key opens is given up, not asked for again and again', async () => {
    const other = new KeyedSealing(new KeyRing({ ask: () => Promise.resolve(randomBytes(32)) }));
    expect((await asItCame(letterWith(sealedFor('letter-ada')), other)).original.payload).toBeUndefined();
    const garbage = Buffer.from(JSON.stringify({ sealed: 'a.b.c.d.e' }));
    expect((await asItCame(letterWith(garbage), sealing)).original.payload).toBeUndefined();
  });

  it('is gone with its person', async () => {
    const erased = new Fault(SEALING_FAULTS.erased, { retryable: false, message: 'erased' });
    const later = new KeyedSealing(new KeyRing({ ask: () => Promise.reject(erased) }));
    expect((await asItCame(letterWith(sealedFor('letter-ada')), later)).original.payload).toBeUndefined();
  });
});

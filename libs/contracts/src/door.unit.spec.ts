import fc from 'fast-check';
import { isUuid } from '@octobus/kernel';
import { describe, expect, it } from '@jest/globals';
import { type DoorClaim, bodyDigest, idFromName, isSignedAtDoor, signAtDoor, targetOf } from './door.ts';

const KEY = 'a key of the door';
const claim: DoorClaim = {
  subject: 'ingress.acme.submit',
  id: '01a1f83b-fbf0-7a72-b9c0-612e3a3e9e90',
  actor: 'key:k-1',
  target: '01a1f83b-fbf0-7a12-b5d8-a5129b61c2c0',
  origin: 'rest',
  payload: new TextEncoder().encode('{"goal":"x"}'),
};

describe('a command signed at the door', () => {
  it('is believed as it was signed', () => {
    expect(isSignedAtDoor(KEY, claim, signAtDoor(KEY, claim))).toBe(true);
  });

  it.each([
    ['subject', { ...claim, subject: 'ingress.other.submit' }],
    ['id', { ...claim, id: '01a1f83b-fbf0-7a72-b9c0-612e3a3e9e91' }],
    ['actor', { ...claim, actor: 'key:k-2' }],
    ['target', { ...claim, target: 'other' }],
    ['origin', { ...claim, origin: 'cli' }],
    ['no origin', { ...claim, origin: undefined }],
    ['payload', { ...claim, payload: new TextEncoder().encode('{"goal":"y"}') }],
  ])('is not believed with another %s', (_what, changed) => {
    expect(isSignedAtDoor(KEY, changed, signAtDoor(KEY, claim))).toBe(false);
  });

  it('is not believed under another key, without a signature, or with one that is none', () => {
    const signature = signAtDoor(KEY, claim);
    expect(isSignedAtDoor('another key', claim, signature)).toBe(false);
    for (const bad of [undefined, '', signature.slice(1), signature.toUpperCase(), `${signature}0`, 'z'.repeat(64)]) {
      expect(isSignedAtDoor(KEY, claim, bad)).toBe(false);
    }
  });

  it('binds the payload byte by byte', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), fc.nat(63), fc.integer({ min: 1, max: 255 }), (payload, at, by) => {
        const changed = Uint8Array.from(payload);
        changed[at % payload.length] = (payload[at % payload.length] ?? 0) ^ by;
        const signature = signAtDoor(KEY, { ...claim, payload });
        expect(isSignedAtDoor(KEY, { ...claim, payload: changed }, signature)).toBe(false);
      }),
    );
  });
});

describe('an id made from a name', () => {
  it('is the same UUIDv8 for the same name, and another for another tenant, kind or key', () => {
    const id = idFromName(KEY, 'acme', 'task', 'order 7');
    expect(isUuid(id)).toBe(true);
    expect(id[14]).toBe('8');
    expect(idFromName(KEY, 'acme', 'task', 'order 7')).toBe(id);
    const others = [
      idFromName(KEY, 'other', 'task', 'order 7'),
      idFromName(KEY, 'acme', 'document', 'order 7'),
      idFromName('another key', 'acme', 'task', 'order 7'),
      idFromName(KEY, 'acme', 'task', 'order 8'),
    ];
    expect(new Set([id, ...others]).size).toBe(5);
  });

  it('gives way to a UUID that the client asked for, and to nothing else', () => {
    const derived = idFromName(KEY, 'acme', 'task', 'order 7');
    expect(targetOf(KEY, 'acme', 'task', claim.target, 'order 7')).toBe(claim.target);
    for (const bad of [undefined, '', '*', 'evt.>', claim.target.toUpperCase()]) {
      expect(targetOf(KEY, 'acme', 'task', bad, 'order 7')).toBe(derived);
    }
  });
});

describe('the digest of a body', () => {
  it('is equal for equal JSON and tells tenants apart', () => {
    const digest = bodyDigest(KEY, 'acme', { goal: 'x', limits: { maxSteps: 3 } });
    expect(bodyDigest(KEY, 'acme', { limits: { maxSteps: 3 }, goal: 'x' })).toBe(digest);
    expect(bodyDigest(KEY, 'acme', { goal: 'x', limits: { maxSteps: 4 } })).not.toBe(digest);
    expect(bodyDigest(KEY, 'other', { goal: 'x', limits: { maxSteps: 3 } })).not.toBe(digest);
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
  });
});

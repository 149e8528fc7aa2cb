import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compactDecrypt } from 'jose';
import nodeJose from 'node-jose';
import { open, seal, sealedHeader } from './jwe.ts';
import { keyedDigest, parseKid, subjectKey } from './subject-key.ts';

const bytes = randomBytes(32);
const name = { tenant: 'acme', subject: '0190f5fe-7c00-7a00-8abc-0123456789ab' };
const key = subjectKey(name, bytes);
const other = subjectKey({ ...name, subject: 'somebody-else' }, randomBytes(32));
const task = { id: '0190f5fe-7c00-7a00-8abc-0123456789ff' };
const TEXT = 'Die Klappen öffnen bei 24 °C. 🌱';

const code = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
  return 'no fault';
};
const encoded = (header: object): string => Buffer.from(JSON.stringify(header)).toString('base64url');
const header = { alg: 'dir', enc: 'A256GCM', kid: key.kid, for: task.id };

/** The parts of a sealed text with some of them put in place of others. */
function changed(sealed: string, parts: Readonly<Record<number, string>>): string {
  return sealed
    .split('.')
    .map((part, i) => parts[i] ?? part)
    .join('.');
}

describe('a sealed text', () => {
  it('is opened by who has the key, whatever it says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
        expect(open(key, seal(key, task, text))).toBe(text.toWellFormed());
      }),
    );
  });

  it('says whose it is and what it is for', () => {
    expect(sealedHeader(seal(key, task, TEXT))).toEqual({ ...name, kid: key.kid, id: task.id });
  });

  it('is another one each time, and shows nothing of what it holds', () => {
    const sealed = Array.from({ length: 1_000 }, () => seal(key, task, TEXT));
    expect(new Set(sealed.map((text) => text.split('.')[2])).size).toBe(1_000);
    expect(new Set(sealed.map((text) => text.split('.')[3])).size).toBe(1_000);
    expect(sealed[0]).toMatch(/^[A-Za-z0-9_-]+\.\.[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{22}$/);
  });

  it('is opened by jose', async () => {
    const { plaintext, protectedHeader } = await compactDecrypt(seal(key, task, TEXT), bytes);
    expect(new TextDecoder().decode(plaintext)).toBe(TEXT);
    expect(protectedHeader).toEqual(header);
  });

  it('is opened by node-jose', async () => {
    const jwk = await nodeJose.JWK.asKey({ kty: 'oct', kid: key.kid, alg: 'A256GCM', k: bytes.toString('base64url') });
    const { plaintext } = await nodeJose.JWE.createDecrypt(jwk).decrypt(seal(key, task, TEXT));
    expect(plaintext.toString('utf8')).toBe(TEXT);
  });
});

describe('a text that somebody changed', () => {
  it('is refused, whichever character it was', () => {
    const sealed = seal(key, task, 'a short secret');
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    for (let i = 0; i < sealed.length; i++) {
      if (sealed[i] === '.') continue;
      const next = alphabet[(alphabet.indexOf(sealed[i] ?? '') + 32) % 64] ?? '';
      expect([i, code(() => open(key, sealed.slice(0, i) + next + sealed.slice(i + 1)))]).toEqual([
        i,
        expect.stringMatching(/^sealed-(?:altered|malformed)$/),
      ]);
    }
  });

  it('is refused under another name, and by another key', () => {
    const sealed = seal(key, task, TEXT);
    expect(code(() => open(key, changed(sealed, { 0: encoded({ ...header, for: 'another-task' }) })))).toBe('sealed-altered');
    expect(code(() => open(other, sealed))).toBe('sealed-altered');
    expect(code(() => open(subjectKey(name, randomBytes(32)), sealed))).toBe('sealed-altered');
  });

  it.each([
    ['nothing', ''],
    ['one part', 'abc'],
    ['four parts', 'a.b.c.d'],
    ['six parts', `${seal(key, task, TEXT)}.e`],
    ['an encrypted key', changed(seal(key, task, TEXT), { 1: 'abc' })],
    ['a tag of 12 bytes', changed(seal(key, task, TEXT), { 4: randomBytes(12).toString('base64url') })],
    ['a tag of 4 bytes', changed(seal(key, task, TEXT), { 4: randomBytes(4).toString('base64url') })],
    ['a vector of 16 bytes', changed(seal(key, task, TEXT), { 2: randomBytes(16).toString('base64url') })],
    ['ordinary base64', changed(seal(key, task, TEXT), { 3: 'a+b/' })],
    ['a header that is no JSON', changed(seal(key, task, TEXT), { 0: 'abcd' })],
    ['a header that is a list', changed(seal(key, task, TEXT), { 0: Buffer.from('[]').toString('base64url') })],
    ['a header without end', 'A'.repeat(3_000_000)],
    ['no encryption', changed(seal(key, task, TEXT), { 0: encoded({ ...header, enc: 'none' }) })],
    ['another algorithm', changed(seal(key, task, TEXT), { 0: encoded({ ...header, alg: 'A256KW' }) })],
    ['compression', changed(seal(key, task, TEXT), { 0: encoded({ ...header, zip: 'DEF' }) })],
    ['a critical extension', changed(seal(key, task, TEXT), { 0: encoded({ ...header, crit: ['exp'], exp: 1 }) })],
    ['no key id', changed(seal(key, task, TEXT), { 0: encoded({ alg: 'dir', enc: 'A256GCM', for: task.id }) })],
    ['a key id with a wildcard', changed(seal(key, task, TEXT), { 0: encoded({ ...header, kid: 'acme.*' }) })],
    ['a key id of three parts', changed(seal(key, task, TEXT), { 0: encoded({ ...header, kid: 'acme.a.b' }) })],
    ['an aggregate that is no token', changed(seal(key, task, TEXT), { 0: encoded({ ...header, for: 'a.b' }) })],
  ])('%s is no sealed text', (_what, text) => {
    expect(code(() => open(key, text))).toBe('sealed-malformed');
  });

  it('tells nothing of keys and texts in its faults', () => {
    for (const text of ['hunter2', changed(seal(key, task, 'hunter2'), { 4: randomBytes(16).toString('base64url') })]) {
      try {
        open(key, text);
      } catch (error) {
        expect(String(error)).not.toContain('hunter2');
        expect(String(error)).not.toContain(bytes.toString('base64url'));
      }
    }
  });
});

describe('a key', () => {
  it('has 32 bytes and belongs to tokens', () => {
    expect(() => subjectKey(name, randomBytes(16))).toThrow(RangeError);
    expect(() => subjectKey({ ...name, subject: 'a.b' }, bytes)).toThrow(RangeError);
    expect(() => subjectKey({ ...name, tenant: '*' }, bytes)).toThrow(RangeError);
    expect(parseKid(key.kid)).toEqual(name);
    expect(parseKid('_.platform')).toEqual({ tenant: '_', subject: 'platform' });
    expect(parseKid('acme')).toBeUndefined();
  });

  it('names equal bytes equally, and nobody else’s', () => {
    expect(keyedDigest(key, 'x')).toBe(keyedDigest(key, Buffer.from('x')));
    expect(keyedDigest(key, 'x')).toMatch(/^[0-9a-f]{64}$/);
    expect(keyedDigest(key, 'x')).not.toBe(keyedDigest(other, 'x'));
  });
});

import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { MasterKeys, wrappedWith } from './master-keys.ts';

const secret = (): string => randomBytes(32).toString('hex');
const person = { tenant: 'acme', subject: 'person-1' };
const key = randomBytes(32);

const code = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
  return 'no fault';
};

describe('a wrapped key', () => {
  it('is unwrapped by the master key that wrapped it, also behind a newer one', () => {
    const old = secret();
    const wrapped = MasterKeys.parse(old).wrap(person, key);
    const both = MasterKeys.parse(`${secret()}\n${old}\n`);
    expect(both.unwrap(person, wrapped)).toEqual(key);
    expect([both.isCurrent(wrapped), MasterKeys.parse(old).isCurrent(wrapped)]).toEqual([false, true]);
    expect(wrappedWith(wrapped)).toBe(MasterKeys.parse(old).name);
  });

  it('shows nothing of itself', () => {
    const wrapped = MasterKeys.parse(secret()).wrap(person, key);
    for (const form of ['hex', 'base64', 'base64url'] as const) expect(wrapped).not.toContain(key.toString(form).slice(0, 20));
  });

  it('is refused under another person or tenant, and without its master key', () => {
    const masters = MasterKeys.parse(secret());
    const wrapped = masters.wrap(person, key);
    expect(code(() => masters.unwrap({ ...person, subject: 'person-2' }, wrapped))).toBe('sealed-foreign');
    expect(code(() => masters.unwrap({ ...person, tenant: 'globex' }, wrapped))).toBe('sealed-foreign');
    expect(code(() => MasterKeys.parse(secret()).unwrap(person, wrapped))).toBe('master-key-wrong');
    expect(code(() => masters.unwrap(person, 'garbage'))).toBe('sealed-malformed');
  });
});

describe('a master key', () => {
  it.each([
    ['nothing', ''],
    ['a word', 'secret'],
    ['a short one', 'ab'.repeat(31)],
    ['a good one and a bad one', `${'ab'.repeat(32)} zz`],
  ])('is not %s', (_what, text) => {
    expect(code(() => MasterKeys.parse(text))).toBe('master-key-invalid');
  });
});

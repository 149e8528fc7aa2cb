import { type Hmac, type KeyObject, createHmac, createSecretKey } from 'node:crypto';
import { isTenantToken } from '@octobus/contracts';
import { isToken } from '@octobus/kernel';

/** Whose content it is: the tenant, and the token of the data subject (never a name). */
export interface SubjectName {
  readonly tenant: string;
  readonly subject: string;
}

/** The key of one data subject, AES-256. */
export interface SubjectKey extends SubjectName {
  /** `<tenant>.<subject>` */
  readonly kid: string;
  readonly key: KeyObject;
}

export const KEY_BYTES = 32;

/** Throws RangeError on names that are no tokens and on a key of another size. */
export function subjectKey({ tenant, subject }: SubjectName, bytes: Uint8Array): SubjectKey {
  if (!isTenantToken(tenant) || !isToken(subject)) throw new RangeError('a key belongs to a tenant and a subject, both tokens');
  if (bytes.length !== KEY_BYTES) throw new RangeError(`a key has ${KEY_BYTES} bytes`);
  return { tenant, subject, kid: kidOf({ tenant, subject }), key: createSecretKey(bytes) };
}

export const kidOf = ({ tenant, subject }: SubjectName): string => `${tenant}.${subject}`;

/** Undefined for what is no key id of ours. */
export function parseKid(kid: string): SubjectName | undefined {
  const [tenant, subject, ...rest] = kid.split('.');
  if (tenant === undefined || subject === undefined || rest.length > 0) return undefined;
  return isTenantToken(tenant) && isToken(subject) ? { tenant, subject } : undefined;
}

/**
 * HMAC-SHA256 (hex) of bytes under the subject's key: equal bytes of one subject have equal digests, and whoever lacks the key can't try what they
 * were. The label keeps it apart from every other use of the key.
 */
export const keyedDigest = (key: SubjectKey, bytes: Uint8Array | string): string => digesting(key).update(bytes).digest('hex');

/** The same of bytes that come one after another. */
export const digesting = ({ key }: SubjectKey): Hmac => createHmac('sha256', key).update('octobus digest\n');

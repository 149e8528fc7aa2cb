import { type KeyObject, createHmac, createSecretKey, hash, timingSafeEqual } from 'node:crypto';
import { isUuid, uuidv8 } from '@octobus/kernel';
import { canonicalJson } from './canonical-json.ts';

/** What the gateway vouches for when it publishes a command. */
export interface DoorClaim {
  readonly subject: string;
  /** ce-id of the command. */
  readonly id: string;
  readonly actor: string;
  /** ce-subject: id of the aggregate that the command is for. */
  readonly target: string;
  /** octo-origin; absent in commands of earlier releases. */
  readonly origin?: string | undefined;
  readonly payload: Uint8Array;
}

const sha256 = (data: Uint8Array): string => hash('sha256', data, 'hex');
const hmac = (key: KeyObject, data: string): Buffer => createHmac('sha256', key).update(data).digest();

const keys = new Map<string, KeyObject>();

/** Made once for each name: a key given as text costs an HMAC five times as much. The keys of an installation are few. */
function keyObject(name: string, make: () => Buffer): KeyObject {
  const known = keys.get(name);
  if (known !== undefined) return known;
  const made = createSecretKey(make());
  if (keys.size >= 1000) keys.clear();
  keys.set(name, made);
  return made;
}

const doorKey = (key: string): KeyObject => keyObject(`door\n${key}`, () => Buffer.from(key));
const tenantKey = (key: string, tenant: string): KeyObject =>
  keyObject(`tenant\n${key}\n${tenant}`, () => hmac(doorKey(key), `tenant\n${tenant}`));

/** Hex HMAC-SHA256 over subject, ce-id, actor, target, the SHA-256 of the payload and, when there is one, the origin, one a line. */
export function signAtDoor(key: string, claim: DoorClaim): string {
  const lines = [claim.subject, claim.id, claim.actor, claim.target, sha256(claim.payload)];
  if (claim.origin !== undefined) lines.push(claim.origin);
  return hmac(doorKey(key), lines.join('\n')).toString('hex');
}

/** Compares in constant time. */
export function isSignedAtDoor(key: string, claim: DoorClaim, signature: string | undefined): boolean {
  if (signature === undefined || !/^[0-9a-f]{64}$/.test(signature)) return false;
  return timingSafeEqual(Buffer.from(signAtDoor(key, claim), 'hex'), Buffer.from(signature, 'hex'));
}

/** The key by which an orchestrator signs what schedules submit, and names their tasks: derived from the door key, and no way back to it. */
export const scheduleKeyOf = (key: string): string => derived.get(key) ?? derive(key);

const derived = new Map<string, string>();
function derive(key: string): string {
  const made = hmac(doorKey(key), 'schedules').toString('hex');
  if (derived.size >= 1000) derived.clear();
  derived.set(key, made);
  return made;
}

/** UUIDv8 from what names a command for its sender: the same name is the same id, and nobody without the key can guess it. */
export const idFromName = (key: string, tenant: string, kind: 'task' | 'document' | 'schedule' | 'subject', name: string): string =>
  uuidv8(hmac(tenantKey(key, tenant), `${kind}\n${name}`));

/** Token of a data subject: what the tenant calls the person stands nowhere in the log. */
export const subjectToken = (key: string, tenant: string, name: string): string => idFromName(key, tenant, 'subject', name);

/** The target a client asked for, or one derived from the command's own name. */
export const targetOf = (
  key: string,
  tenant: string,
  kind: 'task' | 'document' | 'schedule',
  wanted: string | undefined,
  name: string,
): string => (wanted !== undefined && isUuid(wanted) ? wanted : idFromName(key, tenant, kind, name));

/** Keyed digest of where an unknown caller comes from: the same for the same address, and no address to whoever lacks the key. */
export const addressDigest = (key: string, address: string): string =>
  hmac(doorKey(key), `address\n${address}`).toString('hex').slice(0, 16);

/** Keyed digest (hex) of a text, by a key of the tenant. */
export const digestFor = (key: string, tenant: string, text: string): string => hmac(tenantKey(key, tenant), text).toString('hex');

/** Keyed digest (hex) of a command's body, equal for equal JSON: tells a repetition from a conflict without showing what was said. */
export const bodyDigest = (key: string, tenant: string, body: unknown): string => digestFor(key, tenant, canonicalJson(body));

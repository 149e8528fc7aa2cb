import { type Commands, USUAL_SCOPES, checkCommand, isTenantToken } from '@octobus/contracts';
import { type Instant, parseInstant } from '@octobus/kernel';
import { mintKey } from '../auth/api-key.ts';
import { RequestFault } from '../problems/problem.ts';

/** A key to be made: `text` is the only place where its secret stands. */
export interface WantedKey {
  /** Undefined: the tenant of who asks. */
  readonly tenant: string | undefined;
  readonly text: string;
  readonly command: Commands['create-key'];
}

const FIELDS = ['tenant', 'scopes', 'label', 'expiresAt'];

/** Mints a key as asked for. Fault `command-invalid`, with the places. */
export function wantedKey(body: unknown, now: Instant): WantedKey {
  const { tenant, ...rest } = fieldsOf(body ?? {});
  if (tenant !== undefined && (typeof tenant !== 'string' || !isTenantToken(tenant)))
    throw invalid('/tenant', 'is not the name of a tenant');
  const key = mintKey();
  const command = { scopes: USUAL_SCOPES, ...rest, keyId: key.keyId, secretDigest: key.digest, owner: `key:${key.keyId}` };
  const checked = checkCommand('create-key', command);
  if ('problems' in checked) throw new RequestFault('command-invalid', 'the key has an invalid field', { errors: checked.problems });
  const { expiresAt } = checked.value;
  if (expiresAt !== undefined && (parseInstant(expiresAt) ?? 0) <= now) throw invalid('/expiresAt', 'is not a time to come, in RFC 3339');
  return { tenant, text: key.text, command: checked.value };
}

function fieldsOf(body: unknown): Readonly<Record<string, unknown>> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw invalid('', 'must be object');
  const unknown = Object.keys(body).find((name) => !FIELDS.includes(name));
  if (unknown !== undefined) throw invalid(`/${unknown.slice(0, 100)}`, 'unknown field');
  return body as Record<string, unknown>;
}

const invalid = (pointer: string, message: string): RequestFault =>
  new RequestFault('command-invalid', 'the key has an invalid field', { errors: [{ pointer, message }] });

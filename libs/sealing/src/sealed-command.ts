import { seal } from './jwe.ts';
import type { SubjectKey } from './subject-key.ts';

/** Begins like the JSON of a sealed command; one of a tenant's own can't, for there `sealed` is an unknown field. */
const BEGINNING = '{"sealed":"';

/** A command as it is published for an aggregate: `{"sealed":"<compact JWE of the body>"}`, or the body itself when nothing is sealed here. */
export function commandPayload(key: SubjectKey | undefined, target: string, body: object): Buffer {
  const text = JSON.stringify(body);
  return Buffer.from(key === undefined ? text : JSON.stringify({ sealed: seal(key, { id: target }, text) }), 'utf8');
}

/** The JWE in the payload of a command; undefined when it is in the clear. Not looked into. */
export function sealedCommand(payload: Uint8Array): string | undefined {
  const text = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  if (text.subarray(0, BEGINNING.length).toString('latin1') !== BEGINNING) return undefined;
  const end = text.lastIndexOf('"}');
  return end < 0 ? undefined : text.subarray(BEGINNING.length, end).toString('latin1');
}

import type { Instant } from './time.ts';

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** A UUID in lower case. */
export type TaskId = Branded<'TaskId'>;
export type DocumentId = Branded<'DocumentId'>;
/** Name of a tenant: a subject token; `_` is the platform itself. */
export type TenantId = Branded<'TenantId'>;
export type EventId = Branded<'EventId'>;
/** Names one command for ever: 32 hex digits or a UUID. */
export type CommandId = Branded<'CommandId'>;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const TOKEN = /^[a-z0-9-]{1,40}$/;

export const isUuid = (text: string): boolean => UUID.test(text);
/** A subject token: lower-case letters, digits and hyphens, 1 to 40. */
export const isToken = (text: string): boolean => TOKEN.test(text);

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function format(bytes: Uint8Array): string {
  const hex = (from: number, to: number): string => {
    let text = '';
    for (let i = from; i < to; i++) text += HEX[bytes[i] ?? 0];
    return text;
  };
  return `${hex(0, 4)}-${hex(4, 6)}-${hex(6, 8)}-${hex(8, 10)}-${hex(10, 16)}`;
}

function stamp(bytes: Uint8Array, version: number): void {
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | (version << 4);
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
}

/** UUIDv7 (RFC 9562, 5.7): 48 bits of milliseconds, then random bits. `random` gives at least 16 bytes. */
export function uuidv7(now: Instant, random: Uint8Array): string {
  const bytes = Uint8Array.from(random.subarray(0, 16));
  for (let i = 5, ms: number = now; i >= 0; i--, ms = Math.floor(ms / 256)) bytes[i] = ms % 256;
  stamp(bytes, 7);
  return format(bytes);
}

/** UUIDv8 (RFC 9562, 5.8) from the first 16 bytes of a digest: the same input is the same id. */
export function uuidv8(digest: Uint8Array): string {
  const bytes = Uint8Array.from(digest.subarray(0, 16));
  stamp(bytes, 8);
  return format(bytes);
}

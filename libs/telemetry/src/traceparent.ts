import { randomFillSync } from 'node:crypto';

const pool = new Uint8Array(4096);
let used = pool.length;

/** Random bytes from a pool that is filled 4 kB at a time: one system call for many ids. */
export function randomBytesPooled(n: number): Uint8Array {
  if (used + n > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  return pool.slice(used, (used += n));
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');

const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** True for a W3C trace context of version 00 with non-zero ids. */
export const isTraceparent = (text: string | undefined): text is string => text !== undefined && TRACEPARENT.test(text);

/** So many random bytes: `randomBytesPooled`, or what a test hands out. */
export type RandomBytes = (n: number) => Uint8Array;

/** A new trace. */
export const newTraceparent = (random: RandomBytes = randomBytesPooled): string => `00-${hex(random(16))}-${hex(random(8))}-01`;

/** The trace of a header from outside, or a new one. */
export const traceparentOr = (text: string | undefined): string => (isTraceparent(text) ? text : newTraceparent());

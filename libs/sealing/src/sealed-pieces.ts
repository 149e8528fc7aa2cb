import type { Hmac } from 'node:crypto';
import { Fault } from '@octobus/kernel';
import { SEALING_FAULTS } from './faults.ts';
import { openBytes, seal, sealedHeader } from './jwe.ts';
import { type SubjectKey, type SubjectName, digesting } from './subject-key.ts';

/** Where pieces are kept, each by the SHA-256 (hex) of its bytes; what comes back is checked against its name. */
export interface Pieces {
  put(bytes: Uint8Array): Promise<string>;
  get(digest: string): Promise<Uint8Array>;
}

/** Bytes of content that fit a piece of so many bytes when they are sealed: the text takes a third more, beside its header, vector and tag. */
export const contentBytesOf = (pieceBytes: number): number => Math.floor((pieceBytes - 1024) * 0.75);

/** Content kept outside the log. */
export interface SealedBlob {
  /** HMAC-SHA256 (hex) of the whole under the subject's key. */
  readonly digest: string;
  /** Bytes of the content itself. */
  readonly size: number;
  readonly pieces: readonly string[];
  readonly sealed: true;
}

export interface SealTo {
  readonly key: SubjectKey;
  /** The document or task that it is for. */
  readonly id: string;
  /** Pieces of the content as they come, each small enough to be stored when it is sealed (`contentBytesOf`). */
  readonly content: AsyncIterable<Uint8Array>;
}

/** Seals piece by piece, one in memory at a time. */
export async function putSealed(store: Pieces, { key, id, content }: SealTo): Promise<SealedBlob> {
  const whole = digesting(key);
  const pieces: string[] = [];
  let size = 0;
  for await (const piece of content) {
    size += piece.length;
    whole.update(piece);
    pieces.push(await store.put(Buffer.from(seal(key, { id }, piece), 'latin1')));
  }
  return { digest: whole.digest('hex'), size, pieces, sealed: true };
}

export interface OpenFrom {
  readonly tenant: string;
  readonly id: string;
  /** Faults: `subject-erased`, `vault-unavailable`. */
  readonly keyOf: (name: SubjectName) => Promise<SubjectKey>;
}

/** Faults: those of the store for a piece that is missing or altered; `sealed-foreign`, `sealed-altered` when the whole is not what its name says. */
export async function openSealed(store: Pick<Pieces, 'get'>, blob: SealedBlob, { tenant, id, keyOf }: OpenFrom): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  let whole: Hmac | undefined;
  for (const name of blob.pieces) {
    const sealed = Buffer.from(await store.get(name)).toString('latin1');
    const header = sealedHeader(sealed);
    if (header.tenant !== tenant || header.id !== id)
      throw new Fault(SEALING_FAULTS.foreign, { retryable: false, message: 'a piece was sealed for another tenant, task or document' });
    const key = await keyOf(header);
    whole ??= digesting(key);
    const part = openBytes(key, sealed);
    size += part.length;
    if (size > blob.size) throw altered();
    whole.update(part);
    parts.push(part);
  }
  if (size !== blob.size || whole?.digest('hex') !== blob.digest) throw altered();
  return Buffer.concat(parts);
}

const altered = (): Fault =>
  new Fault(SEALING_FAULTS.altered, { retryable: false, message: 'the pieces together are not what was sealed' });

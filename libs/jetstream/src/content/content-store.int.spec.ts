import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { STREAMS, aggregatePrefix, blobSubject, facet } from '@octobus/contracts';
import { type TestBus, openTestBus } from '../../test/bus.ts';
import { ContentStore, PIECE_BYTES } from './content-store.ts';

const EVENT = `${aggregatePrefix({ tenant: 'acme', aggregate: 'document', id: 'manual' })}.${facet.request('ingest', 'c1')}`;
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function* inChunks(bytes: Uint8Array, size: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe('the content store', () => {
  let test: TestBus;
  let store: ContentStore;
  beforeAll(async () => {
    test = await openTestBus();
    store = new ContentStore(test.bus);
  });
  afterAll(() => test.close());

  const stored = async (): Promise<number> => (await test.admin.streams.info(STREAMS.content)).state.messages;

  it('keeps one copy, however often the same bytes are written', async () => {
    const before = await stored();
    const bytes = randomBytes(1_000);
    const digests = await Promise.all([store.put(bytes, EVENT), store.put(bytes, EVENT), store.put(bytes, EVENT)]);
    expect(new Set(digests)).toEqual(new Set([sha256(bytes)]));
    expect(await stored()).toBe(before + 1);
    expect(Buffer.from(await store.get(sha256(bytes)))).toEqual(bytes);
  });

  it('takes no bytes for an event that lie there for another: they would be collected with that one', async () => {
    const bytes = randomBytes(100);
    await store.put(bytes, EVENT);
    await expect(store.put(bytes, EVENT.replace('c1', 'c2'))).rejects.toMatchObject({ code: 'content-refused' });
  });

  it.each([0, 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES + 7])('gives back a stream of %d bytes in pieces', async (size) => {
    const bytes = randomBytes(size);
    const ref = await store.putStream(inChunks(bytes, 65_521), EVENT, 4 * PIECE_BYTES);
    expect(ref).toMatchObject({ digest: sha256(bytes), size });
    expect(ref.pieces).toHaveLength(Math.ceil(size / PIECE_BYTES));
    expect(sha256(await store.getAll(ref))).toBe(sha256(bytes));
  });

  it('takes no more of a stream than allowed', async () => {
    let given = 0;
    async function* endless(): AsyncIterable<Uint8Array> {
      for (;;) {
        given += 100_000;
        yield new Uint8Array(100_000).fill(given % 251);
      }
    }
    await expect(store.putStream(endless(), EVENT, 1_000_000)).rejects.toMatchObject({ code: 'content-too-large', retryable: false });
    expect(given).toBeLessThan(1_000_000 + 2 * PIECE_BYTES);
    await expect(store.put(new Uint8Array(PIECE_BYTES + 1), EVENT)).rejects.toMatchObject({ code: 'content-too-large' });
  });

  it('says what is missing, and never reads another subject than a digest names', async () => {
    for (const digest of [sha256(Buffer.from('never written')), '*', '>', 'a'.repeat(63), 'A'.repeat(64)]) {
      await expect(store.get(digest)).rejects.toMatchObject({ code: 'content-missing', retryable: false });
    }
  });

  it('finds bytes that somebody else planted under a digest, when reading and when writing', async () => {
    const bytes = randomBytes(100);
    await test.bus.connection.request(blobSubject(sha256(bytes)), 'something else', { timeout: 2_000 });
    await expect(store.get(sha256(bytes))).rejects.toMatchObject({ code: 'content-altered' });
    await expect(store.put(bytes, EVENT)).rejects.toMatchObject({ code: 'content-altered' });
  });

  it('finds pieces that are missing, exchanged or more than the reference says', async () => {
    const bytes = randomBytes(PIECE_BYTES + 5);
    const ref = await store.putStream(inChunks(bytes, 50_000), EVENT, bytes.length);
    const wrong = [
      { ...ref, pieces: ref.pieces.slice(0, 1) },
      { ...ref, pieces: ref.pieces.toReversed() },
      { ...ref, pieces: [...ref.pieces, ...ref.pieces] },
      { ...ref, digest: sha256(Buffer.from('other')) },
    ];
    for (const each of wrong) await expect(store.getAll(each)).rejects.toMatchObject({ code: 'content-altered' });
  });
});

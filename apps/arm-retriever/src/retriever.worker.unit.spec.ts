import { describe, expect, it } from '@jest/globals';
import { stepOf } from '@octobus/arm/testing';
import type { MemorySearchRequest, Passage } from '@octobus/contracts';
import { Fault } from '@octobus/kernel';
import { retrieverWorker } from './retriever.worker.ts';

const passage: Passage = {
  documentId: 'd1',
  name: 'pump.md',
  digest: 'ab',
  text: 'Clean it every 30 days.',
  startByte: 10,
  endByte: 33,
  startLine: 2,
  endLine: 2,
  score: 4.2,
};

describe('the retriever', () => {
  it("searches the tenant's documents that the grant names, and no others", async () => {
    const asked: MemorySearchRequest[] = [];
    const worker = retrieverWorker(async (request) => (asked.push(request), { passages: [passage], confidence: 0.8, documents: 1 }));
    const { parts, note } = await worker.perform(stepOf({ instruction: 'how often?', documentIds: ['d1'] }));
    expect(asked).toEqual([{ tenant: 'acme', query: 'how often?', k: 6, documentIds: ['d1'] }]);
    expect(note).toBe('1 passage');
    expect(parts).toEqual([
      { name: 'retrieval', origin: 'ORIGIN_TOOL', mediaType: 'application/json', json: { confidence: 0.8, query: 'how often?' } },
      {
        name: 'passage',
        origin: 'ORIGIN_RETRIEVED',
        taints: ['untrusted'],
        mediaType: 'text/plain',
        text: 'Clean it every 30 days.',
        score: 4.2,
        source: { documentId: 'd1', name: 'pump.md', digest: 'ab', startByte: 10, endByte: 33, startLine: 2, endLine: 2 },
      },
    ]);
  });

  it('finds nothing without failing, and lets a memory that does not answer be tried again', async () => {
    const empty = retrieverWorker(async () => ({ passages: [], confidence: 0, documents: 0 }));
    expect((await empty.perform(stepOf())).note).toBe('0 passages');
    const away = new Fault('memory-unavailable', { retryable: true, message: 'no answer' });
    await expect(retrieverWorker(() => Promise.reject(away)).perform(stepOf())).rejects.toBe(away);
  });
});

import type { StepResult, StepRun, Worker } from '@octobus/arm';
import type { ContentPartJson, MemorySearchAnswer, MemorySearchRequest, Passage } from '@octobus/contracts';

/** Asks the memory service. Fault `memory-unavailable` (retryable). */
export type SearchMemory = (request: MemorySearchRequest, signal: AbortSignal) => Promise<MemorySearchAnswer>;

const PASSAGES = 6;

/** Finds passages for the step's instruction; each keeps its place in the document and is marked as not trusted. */
export const retrieverWorker = (search: SearchMemory): Worker => ({
  arm: 'retriever',
  async perform(step: StepRun): Promise<StepResult> {
    const { tenant, instruction: query, grant } = step;
    const found = await search({ tenant, query, k: PASSAGES, documentIds: grant.documentIds }, step.signal);
    const about: ContentPartJson = {
      name: 'retrieval',
      origin: 'ORIGIN_TOOL',
      mediaType: 'application/json',
      json: { confidence: found.confidence, query },
    };
    const n = found.passages.length;
    return { parts: [about, ...found.passages.map(passagePart)], note: `${n} passage${n === 1 ? '' : 's'}` };
  },
});

const passagePart = (passage: Passage): ContentPartJson => ({
  name: 'passage',
  origin: 'ORIGIN_RETRIEVED',
  taints: ['untrusted'],
  source: {
    documentId: passage.documentId,
    name: passage.name,
    digest: passage.digest,
    startByte: passage.startByte,
    endByte: passage.endByte,
    startLine: passage.startLine,
    endLine: passage.endLine,
  },
  mediaType: 'text/plain',
  text: passage.text,
  score: passage.score,
});

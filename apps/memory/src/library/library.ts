import type { MemoryDocument, MemorySearchAnswer, MemorySearchRequest, Passage } from '@octobus/contracts';
import { type Chunk, chunk, documentTitle } from '../chunking/chunk.ts';
import { answerable } from '../search/answerable.ts';
import { type Hit, SearchIndex } from '../search/search-index.ts';

/** One version of a document, as it came. */
export interface DocumentVersion extends Omit<MemoryDocument, 'chunks' | 'state' | 'reason'> {
  readonly tenant: string;
  readonly text: string;
  /** Sequence of its request: a later one replaces an earlier one. */
  readonly sequence: number;
}

export type Shelved = { readonly chunks: number } | { readonly refused: 'no-text' | 'index-full' } | { readonly outdated: true };

interface Shelf {
  readonly index: SearchIndex;
  readonly documents: Map<string, MemoryDocument & { readonly sequence: number }>;
  sequence: number;
}

const MOST_PASSAGES = 50;

/** The documents of all tenants, each tenant's on a shelf of its own. */
export class Library {
  private readonly shelves = new Map<string, Shelf>();
  private readonly maxChunks: number;

  /** `maxChunks`: passages held for one tenant. */
  constructor(maxChunks: number) {
    this.maxChunks = maxChunks;
  }

  /** Indexes a version. The same bytes under the same name again change nothing but the version. */
  add(version: DocumentVersion): Shelved {
    const shelf = this.shelf(version.tenant);
    shelf.sequence = Math.max(shelf.sequence, version.sequence);
    const held = shelf.documents.get(version.id);
    if (held !== undefined && held.sequence > version.sequence) return { outdated: true };
    if (held?.state === 'indexed' && held.digest === version.digest && held.mediaType === version.mediaType)
      return this.shelve(shelf, version, held.chunks);
    const chunks = chunk(version.text, version.mediaType);
    if (chunks.length === 0) return this.refuse(shelf, version, 'no-text');
    if (
      shelf.index.add({
        documentId: version.id,
        name: version.name,
        title: documentTitle(version.text, version.mediaType) ?? titleOf(version.name),
        chunks,
      }) === 'full'
    ) {
      return this.refuse(shelf, version, 'index-full');
    }
    return this.shelve(shelf, version, chunks.length);
  }

  search({ tenant, query, k, documentIds }: MemorySearchRequest): MemorySearchAnswer {
    const shelf = this.shelves.get(tenant);
    if (shelf === undefined) return { passages: [], confidence: 0, documents: 0 };
    const wanted = documentIds === undefined || documentIds.length === 0 ? {} : { documentIds };
    const result = shelf.index.search(query, { k: Math.min(MOST_PASSAGES, Math.max(1, k)), ...wanted });
    const passages = result.hits.map((hit) => passageOf(hit, shelf.documents.get(hit.documentId)?.digest ?? ''));
    return { passages, confidence: answerable(result), documents: shelf.documents.size };
  }

  documents(tenant: string): { readonly items: readonly MemoryDocument[]; readonly sequence: number } {
    const shelf = this.shelves.get(tenant);
    const items = [...(shelf?.documents.values() ?? [])].map(({ sequence: _sequence, ...document }) => document);
    return { items, sequence: shelf?.sequence ?? 0 };
  }

  private shelve(shelf: Shelf, version: DocumentVersion, chunks: number): Shelved {
    shelf.documents.set(version.id, { ...described(version), chunks, state: 'indexed' });
    return { chunks };
  }

  /** A version that can't be searched takes the place of the one before all the same. */
  private refuse(shelf: Shelf, version: DocumentVersion, reason: 'no-text' | 'index-full'): Shelved {
    shelf.index.remove(version.id);
    shelf.documents.set(version.id, { ...described(version), chunks: 0, state: 'refused', reason });
    return { refused: reason };
  }

  private shelf(tenant: string): Shelf {
    let shelf = this.shelves.get(tenant);
    if (shelf === undefined) {
      shelf = { index: new SearchIndex({ maxChunks: this.maxChunks }), documents: new Map(), sequence: 0 };
      this.shelves.set(tenant, shelf);
    }
    return shelf;
  }
}

const described = ({ id, name, digest, mediaType, size, version, sequence }: DocumentVersion) => ({
  id,
  name,
  digest,
  mediaType,
  size,
  version,
  sequence,
});

/** "docs/explanation/durability.md" -> "docs explanation durability" */
const titleOf = (name: string): string => name.replace(/\.[A-Za-z0-9]{1,8}$/, '').replace(/[/_.-]+/g, ' ');

function passageOf({ documentId, name, chunk: found, score }: Hit, digest: string): Passage {
  const { text, heading, startByte, endByte, startLine, endLine }: Chunk = found;
  return { documentId, name, digest, text, ...(heading === undefined ? {} : { heading }), startByte, endByte, startLine, endLine, score };
}

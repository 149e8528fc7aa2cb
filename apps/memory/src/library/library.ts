import type {
  MemoryDocument,
  MemoryDocumentsAnswer,
  MemoryDocumentsRequest,
  MemorySearchAnswer,
  MemorySearchRequest,
  Passage,
} from '@octobus/contracts';
import { type Chunk, chunk, documentTitle } from '../chunking/chunk.ts';
import { answerable } from '../search/answerable.ts';
import { type Hit, SearchIndex } from '../search/search-index.ts';

/** One version of a document, as it came. */
export interface DocumentVersion extends Omit<MemoryDocument, 'chunks' | 'state' | 'reason'> {
  readonly tenant: string;
  /** Token of the person whom it is about. */
  readonly dataSubject: string;
  /** Sequence of its request: a later one replaces an earlier one. */
  readonly sequence: number;
}

export type Shelved = { readonly chunks: number } | { readonly refused: string } | { readonly outdated: true };

interface Kept {
  readonly sequence: number;
  readonly dataSubject: string;
}

interface Shelf {
  readonly index: SearchIndex;
  readonly documents: Map<string, MemoryDocument & Kept>;
  sequence: number;
}

const MOST_PASSAGES = 50;
/** So that a page fits one message. */
const MOST_LISTED = 500;

/** The documents of all tenants, each tenant's on a shelf of its own. */
export class Library {
  private readonly shelves = new Map<string, Shelf>();
  private readonly maxChunks: number;

  /** `maxChunks`: passages held for one tenant. */
  constructor(maxChunks: number) {
    this.maxChunks = maxChunks;
  }

  /** Indexes a version. The same bytes under the same name again change nothing but the version. */
  add(version: DocumentVersion, text: string): Shelved {
    const shelf = this.shelf(version.tenant);
    if (isOutdated(shelf, version)) return { outdated: true };
    const held = shelf.documents.get(version.id);
    if (held?.state === 'indexed' && held.digest === version.digest && held.mediaType === version.mediaType)
      return this.shelve(shelf, version, held.chunks);
    const chunks = chunk(text, version.mediaType);
    if (chunks.length === 0) return this.refuse(version, 'no-text');
    const title = documentTitle(text, version.mediaType) ?? titleOf(version.name);
    if (shelf.index.add({ documentId: version.id, name: version.name, title, chunks }) === 'full')
      return this.refuse(version, 'index-full');
    return this.shelve(shelf, version, chunks.length);
  }

  /** A version that can't be searched takes the place of the one before all the same. */
  refuse(version: DocumentVersion, reason: string): Shelved {
    const shelf = this.shelf(version.tenant);
    if (isOutdated(shelf, version)) return { outdated: true };
    shelf.index.remove(version.id);
    shelf.documents.set(version.id, { ...described(version), chunks: 0, state: 'refused', reason });
    return { refused: reason };
  }

  /** As if it had never been. */
  remove(tenant: string, id: string): void {
    const shelf = this.shelves.get(tenant);
    shelf?.index.remove(id);
    shelf?.documents.delete(id);
  }

  /** Removes all that is about one person; answers how many there were. */
  forget(tenant: string, dataSubject: string): number {
    const ids = [...(this.shelves.get(tenant)?.documents.values() ?? [])].filter((document) => document.dataSubject === dataSubject);
    for (const { id } of ids) this.remove(tenant, id);
    return ids.length;
  }

  /** Whether this version, or a later one, is on the shelf already. */
  holds({ tenant, id, sequence }: DocumentVersion): boolean {
    return (this.shelves.get(tenant)?.documents.get(id)?.sequence ?? 0) >= sequence;
  }

  search({ tenant, query, k, documentIds }: MemorySearchRequest): MemorySearchAnswer {
    const shelf = this.shelves.get(tenant);
    if (shelf === undefined) return { passages: [], confidence: 0, documents: 0 };
    const wanted = documentIds === undefined || documentIds.length === 0 ? {} : { documentIds };
    const result = shelf.index.search(query, { k: Math.min(MOST_PASSAGES, Math.max(1, k)), ...wanted });
    const passages = result.hits.map((hit) => passageOf(hit, shelf.documents.get(hit.documentId)?.digest ?? ''));
    return { passages, confidence: answerable(result), documents: shelf.documents.size };
  }

  /** A page of a tenant's documents by id; `next` is where the following one begins. */
  documents({ tenant, after = '', limit = MOST_LISTED }: MemoryDocumentsRequest): MemoryDocumentsAnswer {
    const shelf = this.shelves.get(tenant);
    const ids = [...(shelf?.documents.keys() ?? [])].filter((id) => id > after).toSorted();
    const page = ids.slice(0, Math.min(MOST_LISTED, Math.max(1, limit)));
    const items = page
      .flatMap((id) => shelf?.documents.get(id) ?? [])
      .map(({ sequence: _sequence, dataSubject: _dataSubject, ...document }) => document);
    const last = page.at(-1);
    return { items, sequence: shelf?.sequence ?? 0, ...(ids.length > page.length && last !== undefined ? { next: last } : {}) };
  }

  private shelve(shelf: Shelf, version: DocumentVersion, chunks: number): Shelved {
    shelf.documents.set(version.id, { ...described(version), chunks, state: 'indexed' });
    return { chunks };
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

const described = ({ id, name, digest, mediaType, size, version, sequence, dataSubject }: DocumentVersion) => ({
  id,
  name,
  digest,
  mediaType,
  size,
  version,
  sequence,
  dataSubject,
});

function isOutdated(shelf: Shelf, version: DocumentVersion): boolean {
  shelf.sequence = Math.max(shelf.sequence, version.sequence);
  return (shelf.documents.get(version.id)?.sequence ?? 0) > version.sequence;
}

/** "docs/explanation/durability.md" -> "docs explanation durability" */
const titleOf = (name: string): string => name.replace(/\.[A-Za-z0-9]{1,8}$/, '').replace(/[/_.-]+/g, ' ');

function passageOf({ documentId, name, chunk: found, score }: Hit, digest: string): Passage {
  const { text, heading, startByte, endByte, startLine, endLine }: Chunk = found;
  return { documentId, name, digest, text, ...(heading === undefined ? {} : { heading }), startByte, endByte, startLine, endLine, score };
}

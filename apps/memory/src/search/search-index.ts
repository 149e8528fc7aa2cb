import type { Chunk } from '../chunking/chunk.ts';
import { idf, saturate } from './bm25.ts';
import type { Saturation } from './bm25.ts';
import { countTerms, indexTerms } from './index-terms.ts';
import { MOST_SLOTS, Postings, frequencyOf, slotOf } from './postings.ts';
import { Best } from './ranking.ts';
import type { Ranked } from './ranking.ts';

export interface IndexedDocument {
  readonly documentId: string;
  readonly name: string;
  readonly title?: string;
  readonly collection?: string;
  readonly chunks: readonly Chunk[];
}

export interface SearchOptions {
  /** Hits wanted, 1..100; default 10. */
  readonly k?: number;
  /** Only these documents; absent: all. */
  readonly documentIds?: readonly string[];
  /** Only documents of these collections; absent: all. */
  readonly collections?: readonly string[];
}

export interface Hit {
  readonly documentId: string;
  readonly name: string;
  readonly title?: string;
  readonly chunk: Chunk;
  /** BM25, not comparable between questions. */
  readonly score: number;
  /** Share of the question's idf that the passage, its title and headings cover, 0..1. */
  readonly coverage: number;
}

/** Term of a question that says something, with its weight and the number of passages that have it. */
export interface QueryTerm {
  readonly term: string;
  readonly idf: number;
  readonly passages: number;
}

/** What the index saw while it searched: the ground on which `answerable` decides. */
export interface Evidence {
  readonly terms: readonly QueryTerm[];
  /** Passages in the index. */
  readonly passages: number;
  /** Sum of the terms' idf, those that no passage contains included. */
  readonly idfSum: number;
  /** The best passages whatever k is, at most 10: relative length (to the average of the index) and frequency of each term in the order of `terms`. */
  readonly best: readonly { readonly hit: Hit; readonly relativeLength: number; readonly frequencies: readonly number[] }[];
}

export interface SearchResult {
  readonly hits: readonly Hit[];
  readonly evidence: Evidence;
}

export interface IndexStats {
  readonly documents: number;
  readonly chunks: number;
  readonly terms: number;
  readonly postings: number;
  /** UTF-16 code units of chunk text held. */
  readonly characters: number;
}

/** Chosen on the development sets: k1 0.9-2 and b 0.4-1 differ by less than .02 nDCG@10 on each, these are among the best on all. */
export const SATURATION: Saturation = { k1: 1.2, b: 0.75 };
/** A word of the title, or of the headings above a passage, counts as so many in the text. */
const TITLE_WEIGHT = 2;
const HEADING_WEIGHT = 1;
const MOST_HITS = 100;
const MOST_QUERY_TERMS = 128;
const EVIDENCE_HITS = 10;
const LEAST_HOLES = 1_024;

interface Held extends Omit<IndexedDocument, 'chunks'> {
  readonly first: number;
  readonly end: number;
}

interface Slot {
  readonly document: Held;
  readonly chunk: Chunk;
  readonly length: number;
}

function frequencies(document: Pick<IndexedDocument, 'title'>, chunk: Chunk): Map<string, number> {
  const counted = countTerms(indexTerms(chunk.text));
  if (document.title !== undefined) countTerms(indexTerms(document.title), TITLE_WEIGHT, counted);
  if (chunk.heading !== undefined) countTerms(indexTerms(chunk.heading), HEADING_WEIGHT, counted);
  return counted;
}

function lengthOf(counted: ReadonlyMap<string, number>): number {
  let length = 0;
  for (const frequency of counted.values()) length += frequency;
  return length;
}

/**
 * Full-text search over the passages of one tenant's documents, by BM25 (`bm25.ts`). In memory and synchronous; a fold of the document events, so it is rebuilt rather than saved.
 * Adding a document again replaces it. At most `maxChunks` passages are held: a document that does not fit is not added.
 */
export class SearchIndex {
  readonly #maxChunks: number;
  readonly #documents = new Map<string, Held>();
  readonly #postings = new Postings();
  #slots: (Slot | undefined)[] = [];
  #live = 0;
  #totalLength = 0;
  #characters = 0;

  constructor(options: { readonly maxChunks?: number } = {}) {
    this.#maxChunks = Math.min(options.maxChunks ?? 500_000, MOST_SLOTS / 2);
  }

  get stats(): IndexStats {
    const { terms, entries: postings } = this.#postings;
    return { documents: this.#documents.size, chunks: this.#live, terms, postings, characters: this.#characters };
  }

  has(documentId: string): boolean {
    return this.#documents.has(documentId);
  }

  /** Adds or replaces a document; `full`: nothing was changed, because it does not fit. */
  add(document: IndexedDocument): 'added' | 'full' {
    const held = this.#documents.get(document.documentId);
    const freed = held === undefined ? 0 : held.end - held.first;
    if (this.#live - freed + document.chunks.length > this.#maxChunks) return 'full';
    this.remove(document.documentId);
    const { chunks, ...described } = document;
    const first = this.#slots.length;
    const placed: Held = { ...described, first, end: first + chunks.length };
    this.#documents.set(document.documentId, placed);
    for (const chunk of chunks) this.#place(placed, chunk);
    return 'added';
  }

  #place(document: Held, chunk: Chunk): void {
    const counted = frequencies(document, chunk);
    const length = lengthOf(counted);
    for (const [term, frequency] of counted) this.#postings.add(term, this.#slots.length, frequency);
    this.#slots.push({ document, chunk, length });
    this.#live += 1;
    this.#totalLength += length;
    this.#characters += chunk.text.length;
  }

  /** Takes a document out; false when it is not there. */
  remove(documentId: string): boolean {
    const held = this.#documents.get(documentId);
    if (held === undefined) return false;
    this.#documents.delete(documentId);
    const known = new Set<string>();
    for (let index = held.first; index < held.end; index++) {
      const slot = this.#slots[index];
      if (slot === undefined) continue;
      for (const term of frequencies(held, slot.chunk).keys()) known.add(term);
      this.#slots[index] = undefined;
      this.#live -= 1;
      this.#totalLength -= slot.length;
      this.#characters -= slot.chunk.text.length;
    }
    for (const term of known) this.#postings.remove(term, held.first, held.end);
    this.#closeHoles();
    return true;
  }

  /** Numbers the passages afresh once most numbers are unused. */
  #closeHoles(): void {
    const holes = this.#slots.length - this.#live;
    if (holes < LEAST_HOLES || holes < this.#live) return;
    const numbers: number[] = [];
    const kept: Slot[] = [];
    for (const slot of this.#slots) {
      numbers.push(kept.length);
      if (slot !== undefined) kept.push(slot);
    }
    this.#postings.renumber(numbers);
    for (const [id, held] of this.#documents) {
      const first = numbers[held.first] ?? kept.length;
      this.#documents.set(id, { ...held, first, end: first + held.end - held.first });
    }
    this.#slots = kept.map((slot) => ({ ...slot, document: this.#documents.get(slot.document.documentId) ?? slot.document }));
  }

  /** The passages that fit the question best, best first, and the ground for `answerable`. */
  search(query: string, options: SearchOptions = {}): SearchResult {
    const terms = this.#queryTerms(query);
    const k = Math.min(Math.max(1, Math.trunc(options.k ?? 10)), MOST_HITS);
    const ranked = this.#rank(terms, Math.max(k, EVIDENCE_HITS), options);
    const idfSum = terms.reduce((sum, term) => sum + term.idf, 0);
    const best = ranked.slice(0, EVIDENCE_HITS).map((one) => this.#observe(one, terms, idfSum));
    const hits = ranked.slice(0, k).map((one, place) => best[place]?.hit ?? this.#observe(one, terms, idfSum).hit);
    return { hits, evidence: { terms, passages: this.#live, idfSum, best } };
  }

  #queryTerms(query: string): QueryTerm[] {
    const distinct = [...new Set(indexTerms(query))].map((term) => {
      const passages = this.#postings.count(term);
      return { term, passages, idf: idf(this.#live, passages) };
    });
    if (distinct.length <= MOST_QUERY_TERMS) return distinct;
    return distinct.toSorted((a, b) => b.idf - a.idf).slice(0, MOST_QUERY_TERMS);
  }

  /** Length of a passage to the average of all. */
  #relativeLength(slot: number): number {
    return this.#totalLength === 0 ? 1 : ((this.#slots[slot]?.length ?? 0) * this.#live) / this.#totalLength;
  }

  #rank(terms: readonly QueryTerm[], k: number, options: SearchOptions): readonly Ranked[] {
    const scores = new Float64Array(this.#slots.length);
    const touched: number[] = [];
    for (const { term, idf: weight } of terms) {
      for (const entry of this.#postings.of(term)) {
        const slot = slotOf(entry);
        const before = scores[slot] ?? 0;
        if (before === 0) touched.push(slot);
        scores[slot] = before + weight * saturate(frequencyOf(entry), this.#relativeLength(slot), SATURATION);
      }
    }
    const isWanted = filterOf(options);
    const best = new Best(k);
    for (const slot of touched) {
      const document = this.#slots[slot]?.document;
      if (document !== undefined && isWanted(document)) best.offer(slot, scores[slot] ?? 0);
    }
    return best.ranked;
  }

  #observe({ slot: number, score }: Ranked, terms: readonly QueryTerm[], idfSum: number): Evidence['best'][number] {
    const slot = this.#slots[number];
    if (slot === undefined) throw new Error(`no passage in slot ${number}`);
    const { document, chunk } = slot;
    const found = terms.map(({ term }) => this.#postings.frequency(term, number));
    const covered = terms.reduce((sum, term, index) => sum + ((found[index] ?? 0) > 0 ? term.idf : 0), 0);
    const titled = document.title === undefined ? {} : { title: document.title };
    const hit = {
      documentId: document.documentId,
      name: document.name,
      ...titled,
      chunk,
      score,
      coverage: idfSum === 0 ? 0 : covered / idfSum,
    };
    return { hit, relativeLength: this.#relativeLength(number), frequencies: found };
  }
}

function filterOf({ documentIds, collections }: SearchOptions): (document: Held) => boolean {
  const ids = documentIds === undefined ? undefined : new Set(documentIds);
  const rooms = collections === undefined ? undefined : new Set(collections);
  return (document) =>
    (ids === undefined || ids.has(document.documentId)) &&
    (rooms === undefined || (document.collection !== undefined && rooms.has(document.collection)));
}

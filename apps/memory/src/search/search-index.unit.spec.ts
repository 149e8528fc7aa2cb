import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Chunk } from '../chunking/chunk.ts';
import { idf, saturate } from './bm25.ts';
import { indexTerms } from './index-terms.ts';
import { SATURATION, SearchIndex } from './search-index.ts';
import type { IndexedDocument } from './search-index.ts';

const chunksOf = (...texts: string[]): Chunk[] =>
  texts.map((text, ordinal) => ({ ordinal, text, startByte: 0, endByte: text.length, startLine: 1, endLine: 1 }));
const document = (documentId: string, ...texts: string[]): IndexedDocument => ({
  documentId,
  name: `${documentId}.md`,
  chunks: chunksOf(...texts),
});

function filled(...documents: IndexedDocument[]): SearchIndex {
  const index = new SearchIndex();
  for (const one of documents) index.add(one);
  return index;
}

const found = (index: SearchIndex, query: string, options = {}): string[] =>
  index.search(query, options).hits.map(({ documentId, chunk }) => `${documentId}/${chunk.ordinal}`);

describe('searching', () => {
  it('puts the passage with the rarer words first', () => {
    const index = filled(document('a', 'cats and dogs', 'dogs and horses'), document('b', 'dogs dogs dogs', 'the zebra and dogs'));
    expect(found(index, 'dogs zebra')[0]).toBe('b/1');
    expect(found(index, 'unicorn')).toEqual([]);
    expect(found(index, '')).toEqual([]);
    expect(found(index, 'the of and')).toEqual([]);
  });

  it('scores by the formula of BM25', () => {
    const index = filled(document('a', 'red fox', 'red red hen house'), document('b', 'blue whale'));
    const [first, second] = index.search('red').hits;
    const expected = (frequency: number, length: number): number => idf(3, 2) * saturate(frequency, length / (8 / 3), SATURATION);
    expect(first?.score).toBeCloseTo(expected(2, 4), 10);
    expect(second?.score).toBeCloseTo(expected(1, 2), 10);
  });

  it('counts words of titles and headings', () => {
    const index = filled(
      { ...document('a', 'nothing about it'), title: 'Zebra' },
      { ...document('b'), chunks: chunksOf('nothing about it').map((chunk) => ({ ...chunk, heading: 'Horses > Zebra' })) },
      document('c', 'nothing about it'),
    );
    expect(found(index, 'zebra')).toEqual(['a/0', 'b/0']);
  });

  it('keeps to the documents and collections that are asked for', () => {
    const index = filled(
      { ...document('a', 'zebra'), collection: 'x' },
      { ...document('b', 'zebra'), collection: 'y' },
      document('c', 'zebra'),
    );
    expect(found(index, 'zebra', { documentIds: ['c', 'b', 'nobody'] })).toEqual(['b/0', 'c/0']);
    expect(found(index, 'zebra', { collections: ['x'] })).toEqual(['a/0']);
    expect(found(index, 'zebra', { collections: ['x'], documentIds: ['b'] })).toEqual([]);
  });

  it('gives at most k passages, equal ones in the order of their arrival', () => {
    const index = filled(...Array.from({ length: 200 }, (_, number) => document(`d${number}`, 'zebra')));
    expect(found(index, 'zebra', { k: 3 })).toEqual(['d0/0', 'd1/0', 'd2/0']);
    expect(found(index, 'zebra', { k: 100_000 })).toHaveLength(100);
    expect(found(index, 'zebra', { k: 0 })).toHaveLength(1);
    expect(index.search('zebra', { k: 1 }).evidence.best).toHaveLength(10);
  });

  it('tells how much of the question a passage covers', () => {
    const index = filled(document('a', 'red fox'), document('b', 'blue whale'));
    const { hits, evidence } = index.search('red whale unicorn');
    expect(evidence.idfSum).toBeCloseTo(2 * idf(2, 1) + idf(2, 0), 10);
    expect(hits[0]?.coverage).toBeCloseTo(idf(2, 1) / evidence.idfSum, 10);
  });
});

describe('keeping an index', () => {
  it('replaces a document that is added again, so that nothing is found twice', () => {
    const index = filled(document('a', 'zebra'), document('b', 'zebra'));
    index.add(document('a', 'zebra', 'horse'));
    expect(found(index, 'zebra').toSorted()).toEqual(['a/0', 'b/0']);
    expect(index.stats).toMatchObject({ documents: 2, chunks: 3 });
  });

  it('forgets a document that is removed, to the last term', () => {
    const index = filled(document('a', 'zebra'));
    expect(index.remove('a')).toBe(true);
    expect(index.remove('a')).toBe(false);
    expect(found(index, 'zebra')).toEqual([]);
    expect(index.stats).toEqual({ documents: 0, chunks: 0, terms: 0, postings: 0, characters: 0 });
  });

  it('refuses a document that does not fit and changes nothing', () => {
    const index = new SearchIndex({ maxChunks: 3 });
    expect(index.add(document('a', 'one', 'two'))).toBe('added');
    expect(index.add(document('b', 'one', 'two'))).toBe('full');
    expect(index.add(document('a', 'one', 'two', 'three', 'four'))).toBe('full');
    expect(index.has('b')).toBe(false);
    expect(index.stats.chunks).toBe(2);
    expect(index.add(document('a', 'zebra', 'two', 'three'))).toBe('added');
    expect(found(index, 'zebra')).toEqual(['a/0']);
  });

  it('answers like a fresh index after any additions and removals', () => {
    const word = fc.constantFrom('zebra', 'horse', 'whale', 'hen', 'fox', '马', '上海');
    const texts = fc.array(
      fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join(' ')),
      { maxLength: 400 },
    );
    const step = fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd'), texts: fc.option(texts) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), fc.array(word, { minLength: 1, maxLength: 3 }), (steps, query) => {
        const index = new SearchIndex();
        const kept = new Map<string, IndexedDocument>();
        for (const { id, texts: own } of steps) {
          kept.delete(id);
          if (own === null) index.remove(id);
          else {
            kept.set(id, document(id, ...own));
            index.add(document(id, ...own));
          }
        }
        const fresh = filled(...kept.values());
        expect(index.stats).toEqual(fresh.stats);
        expect(index.search(query.join(' '), { k: 20 })).toEqual(fresh.search(query.join(' '), { k: 20 }));
      }),
      { numRuns: 60 },
    );
  });

  it('holds together when most of its passages are gone', () => {
    const index = filled(
      ...Array.from({ length: 40 }, (_, number) =>
        document(`d${number}`, ...Array.from({ length: 50 }, (__, place) => `word${number} text${place}`)),
      ),
    );
    for (let number = 0; number < 38; number++) index.remove(`d${number}`);
    expect(found(index, 'word39 text7')[0]).toBe('d39/7');
    index.add(document('d39', 'word39 again'));
    expect(found(index, 'word39')).toEqual(['d39/0']);
    expect(index.stats.chunks).toBe(51);
  });

  it('takes a hostile document and question without delay', () => {
    const start = performance.now();
    const index = filled(document('a', 'x '.repeat(100_000), Array.from({ length: 20_000 }, (_, number) => `w${number}`).join(' ')));
    index.search(Array.from({ length: 20_000 }, (_, number) => `w${number}`).join(' '));
    index.remove('a');
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});

describe('index terms', () => {
  it('cut long stems, so that compounds and derived words meet', () => {
    expect(indexTerms('Orchestrierung')).toEqual(indexTerms('orchestriert'));
    expect(indexTerms('الكتاب 上海')).toHaveLength(2);
  });
});

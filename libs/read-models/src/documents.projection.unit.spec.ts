import { describe, expect, it } from '@jest/globals';
import { type EventBody, aggregatePrefix } from '@octobus/contracts';
import { rowsIn, rowsOf } from './testing/folded-rows.ts';
import { idOf, recorded } from './testing/generated-history.ts';

const id = idOf('a document');
const prefix = aggregatePrefix({ tenant: 'acme', aggregate: 'document', id });
const asked = (command: string, digest: string): [string, EventBody] => [
  `request.ingest.${command}`,
  { type: 'document.ingest-requested.v1', data: { digest, size: 10, mediaType: 'text/plain', owner: 'o' } },
];
const indexed = (command: string): [string, EventBody] => [`flow.version.${command}`, { type: 'document.indexed.v1', data: { chunks: 4 } }];
const refused = (command: string): [string, EventBody] => [
  `flow.version.${command}`,
  { type: 'document.refused.v1', data: { code: 'not-text' } },
];
const after = (...facts: readonly [string, EventBody][]) =>
  rowsIn(rowsOf(facts.map(([place, body], i) => recorded(prefix, { facet: place, body }, i + 1))), 'documents')[0];

describe('a document in the list', () => {
  it('is received, then indexed with its chunks and the sequence of its version', () => {
    expect(after(asked('c1', 'aa'))).toMatchObject({ state: 'received', digest: 'aa', chunks: 0, version_sequence: 0, size: 10 });
    expect(after(asked('c1', 'aa'), indexed('c1'))).toMatchObject({ state: 'indexed', chunks: 4, version_sequence: 2 });
  });

  it('shows the version asked for last; the answer to an older request changes nothing', () => {
    expect(after(asked('c1', 'aa'), asked('c2', 'bb'), indexed('c1'))).toMatchObject({ state: 'received', digest: 'bb', chunks: 0 });
    expect(after(asked('c1', 'aa'), asked('c2', 'bb'), indexed('c1'), indexed('c2'))).toMatchObject({
      state: 'indexed',
      version_sequence: 4,
    });
  });

  it('keeps the chunks of its last good version when a new one is refused', () => {
    expect(after(asked('c1', 'aa'), indexed('c1'), asked('c2', 'bb'), refused('c2'))).toMatchObject({
      state: 'refused',
      failure_code: 'not-text',
      chunks: 4,
      version_sequence: 2,
    });
  });

  it('takes one answer a request', () => {
    expect(after(asked('c1', 'aa'), indexed('c1'), refused('c1'))).toMatchObject({ state: 'indexed', failure_code: null });
  });
});

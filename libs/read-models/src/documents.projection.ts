import type { BodyOf, FoldableEvent, Projection, RowChange } from './projection.ts';
import type { DocumentRow } from './tables.ts';
import { count, text, timeOf } from './values.ts';

/** Documents, one row each: the version asked for last. */
export const documentsProjection: Projection = {
  name: 'documents',
  version: 1,
  handles: ['document.ingest-requested.v1', 'document.indexed.v1', 'document.refused.v1'],
  fold(event) {
    const { body } = event;
    switch (body.type) {
      case 'document.ingest-requested.v1':
        return [requested(event, body)];
      case 'document.indexed.v1':
        return [
          answered(event, { state: 'indexed', failure_code: null, chunks: count(body.data.chunks), version_sequence: event.sequence }),
        ];
      case 'document.refused.v1':
        return [answered(event, { state: 'refused', failure_code: text(body.data.code) || 'document-refused' })];
      default:
        return [];
    }
  },
};

const keyOf = (event: FoldableEvent) => ({ tenant: event.address.tenant, id: event.address.id });

/** `request.ingest.<command>` and `flow.version.<command>` */
const commandOf = (event: FoldableEvent): string => event.address.facet[2] ?? '';

function requested(event: FoldableEvent, { data }: BodyOf<'document.ingest-requested.v1'>): RowChange {
  const at = timeOf(event.storedAt);
  const version: Partial<DocumentRow> & Omit<DocumentRow, 'tenant' | 'id' | 'chunks' | 'version_sequence' | 'created_at'> = {
    command: commandOf(event),
    digest: text(data.digest, 64),
    size: count(data.size),
    media_type: text(data.mediaType, 100),
    owner: text(data.owner),
    data_subject: text(data.dataSubject),
    state: 'received',
    failure_code: null,
    updated_at: at,
  };
  const key = keyOf(event);
  return { table: 'documents', key, insert: { ...key, ...version, chunks: 0, version_sequence: 0, created_at: at }, set: version };
}

/** The answer to an older request than the last one comes too late to matter. */
function answered(event: FoldableEvent, set: Partial<DocumentRow>): RowChange {
  const key = keyOf(event);
  return {
    table: 'documents',
    key,
    onlyIf: [{ table: 'documents', key, has: { command: [commandOf(event)], state: ['received'] } }],
    set: { ...set, updated_at: timeOf(event.storedAt) },
  };
}

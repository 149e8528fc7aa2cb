import type { EventType } from '@octobus/contracts';
import type { FoldableEvent, Projection, RowChange } from './projection.ts';
import type { AuditKind, AuditRow } from './tables.ts';
import { count, text, textOrNull, timeOf } from './values.ts';

/** Events that record a call, and what of their body names the thing that it was about, when the aggregate's id doesn't. */
const REQUESTS: { readonly [T in EventType]?: string } = {
  'task.accepted.v1': '',
  'task.rejected.v1': '',
  'task.cancel-requested.v1': '',
  'document.ingest-requested.v1': '',
  'subject.erasure-requested.v1': '',
  'identity.tenant-requested.v1': 'name',
  'identity.key-requested.v1': 'keyId',
  'identity.key-revocation-requested.v1': 'keyId',
  'identity.session-requested.v1': 'keyId',
  'letter.redrive-requested.v1': '',
  'letter.drop-requested.v1': '',
  'schedule.create-requested.v1': '',
  'schedule.refused.v1': '',
  'schedule.pause-requested.v1': '',
  'schedule.resume-requested.v1': '',
  'schedule.delete-requested.v1': '',
  'policy.set-requested.v1': '',
  'audit.call-repeated.v1': 'target',
  'audit.replay-open-requested.v1': 'durable',
  'audit.replay-close-requested.v1': 'durable',
};

/** Who asked for what, one row an event: every call that was to change something, every denial, and counts of refusals. No text of a person. */
export const auditProjection: Projection = {
  name: 'audit',
  version: 1,
  handles: [
    ...(Object.keys(REQUESTS) as EventType[]),
    'audit.denied.v1',
    'audit.refusals-counted.v1',
    'audit.blocked.v1',
    'audit.output-blocked.v1',
  ],
  fold(event) {
    const { body } = event;
    const data = body.data as Readonly<Record<string, unknown>>;
    switch (body.type) {
      case 'audit.denied.v1':
        return [row(event, 'denied', { action: text(data['action']), aggregate: '', target: null, code: textOrNull(data['code'], 40) })];
      case 'audit.blocked.v1':
        return [row(event, 'blocked', about(data))];
      case 'audit.output-blocked.v1':
        return [
          row(event, 'blocked', { action: 'output', aggregate: 'task', target: textOrNull(data['taskId'], 40), code: 'output-blocked' }),
        ];
      case 'audit.refusals-counted.v1':
        return [row(event, kindOf(data['code']), counted(data))];
      default:
        return [row(event, 'request', asked(event, data))];
    }
  },
};

type About = Pick<AuditRow, 'action' | 'aggregate' | 'target' | 'code'> & Partial<Pick<AuditRow, 'source' | 'count'>>;

/** `request.<verb>.<command>` */
function asked({ address, body }: FoldableEvent, data: Readonly<Record<string, unknown>>): About {
  const named = REQUESTS[body.type as EventType] ?? '';
  // Entries of the audit's own aggregate name what they are about, if it is one.
  const aggregate = address.aggregate === 'audit' ? text(data['aggregate'], 40) : address.aggregate;
  const code = body.type === 'task.rejected.v1' || body.type === 'schedule.refused.v1' ? textOrNull(data['code'], 40) : null;
  return { action: address.facet[1] ?? '', aggregate, target: textOrNull(named === '' ? address.id : data[named], 100), code };
}

const about = (data: Readonly<Record<string, unknown>>): About => ({
  action: 'screen',
  aggregate: text(data['aggregate'], 40),
  target: textOrNull(data['target'], 100),
  code: textOrNull(data['code'], 40),
});

const counted = (data: Readonly<Record<string, unknown>>): About => ({
  action: '',
  aggregate: '',
  target: null,
  code: textOrNull(data['code'], 40),
  source: textOrNull(data['source'], 100),
  count: count(data['count']),
});

const kindOf = (code: unknown): AuditKind => (code === 'rate-limited' || code === 'unauthenticated' ? code : 'denied');

function row(event: FoldableEvent, kind: AuditKind, about: About): RowChange {
  const { envelope, address, storedAt } = event;
  const key = { tenant: address.tenant, id: text(envelope.id, 40) };
  const who = { actor: text(envelope.actor), origin: envelope.origin ?? null };
  return {
    table: 'audit',
    key,
    insert: { ...key, created_at: timeOf(storedAt), kind, ...who, aggregate_id: address.id, source: null, count: 1, ...about },
  };
}

import { type CallOrigin, HEADER, type ReplayQuestion, callOriginOf } from '@octobus/contracts';
import { type Question, REPLAY_SLOTS, isTenantName } from '@octobus/jetstream';
import { Fault, isUuid } from '@octobus/kernel';
import { isTraceparent } from '@octobus/telemetry';
import { isRecord } from './folder.ts';

/** Who asks about replays of which tenant, and by what way. */
export interface ReplayAsker {
  readonly tenant: string;
  readonly actor: string;
  readonly origin: CallOrigin;
  readonly traceparent: string | undefined;
}

/** What is wished for when a replay is opened. */
export interface OpenWish {
  readonly from: string | undefined;
  readonly task: string | undefined;
  readonly slot: number | undefined;
}

const invalid = (message: string): Fault => new Fault('query-invalid', { retryable: false, message });

/** NATS has checked the subject: the tenant in it, and that `.gateway` at its end is the gateway. Fault `query-invalid`. */
export function askerOf({ subject, header }: Question): ReplayAsker {
  const [, tenant = '', , by] = subject.split('.');
  if (!isTenantName(tenant)) throw invalid('there is no such tenant');
  if (by === undefined) return { tenant, actor: `nats:${tenant}`, origin: 'nats', traceparent: undefined };
  const traceparent = header(HEADER.traceparent);
  return {
    tenant,
    actor: header(HEADER.actor) ?? '',
    origin: callOriginOf(header(HEADER.origin)) ?? 'rest',
    traceparent: isTraceparent(traceparent) ? traceparent : undefined,
  };
}

const FIELDS: Readonly<Record<ReplayQuestion, readonly string[]>> = { open: ['from', 'task', 'slot'], close: ['slot'], list: [] };

/** Faults: `query-invalid`, which names what is wrong. */
function fieldsOf(question: ReplayQuestion, body: unknown): Readonly<Record<string, unknown>> {
  if (!isRecord(body) || Array.isArray(body)) throw invalid('a question about replays is an object');
  const known = FIELDS[question];
  if (!Object.keys(body).every((name) => known.includes(name)))
    throw invalid(known.length === 0 ? 'this question has no fields' : `this question has the fields ${known.join(', ')}`);
  return body;
}

/** Faults as of `fieldsOf`. */
export function openWishOf(body: unknown): OpenWish {
  const { from, task, slot } = fieldsOf('open', body);
  if (from !== undefined && (typeof from !== 'string' || from.length > 200))
    throw invalid('"from" is a text: a sequence, a time or a cursor');
  if (task !== undefined && (typeof task !== 'string' || !isUuid(task))) throw invalid('"task" is the id of a task');
  return { from, task, slot: slot === undefined ? undefined : slotOf(slot) };
}

/** The slot of the replay to close. Faults as of `fieldsOf`. */
export const closeWishOf = (body: unknown): number => slotOf(fieldsOf('close', body)['slot']);

/** Faults as of `fieldsOf`. */
export const checkListWish = (body: unknown): void => void fieldsOf('list', body);

function slotOf(slot: unknown): number {
  if (!(REPLAY_SLOTS as readonly unknown[]).includes(slot)) throw invalid(`"slot" is one of ${REPLAY_SLOTS.join(', ')}`);
  return slot as number;
}

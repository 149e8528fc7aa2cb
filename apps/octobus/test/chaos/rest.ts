import { STREAMS, facet, taskPrefix } from '@octobus/contracts';
import type { Bus } from '@octobus/jetstream';
import { until } from '@octobus/stack';
import { logStreamNames } from '../../src/bench/stack-access.ts';

const WITHIN_MS = 60_000;

/** Every timer that waits, and none of the messages that cancel one. */
const TIMERS_WAITING = 'timer.*.*.*.*.*.*';
/** A timer that is overdue by so much does not fire any more. */
const OVERDUE_MS = 15_000;

interface StreamState {
  readonly state: { readonly last_seq: number; readonly subjects?: Readonly<Record<string, number>> };
  /** Of the log: the timers' stream, and how many firings it has not taken from there. */
  readonly sources?: readonly { readonly lag: number }[];
}

interface Info {
  readonly num_pending: number;
  readonly num_ack_pending: number;
}

/** Firings: facts of the server, of which nothing follows for a task that has ended. */
const FIRINGS = 'evt.*.*.*.*.timer.>';

/**
 * Events in the log, firings left out, once every consumer of a service has taken and acknowledged all there is, and no timer waits: one whose
 * cancelling was lost with its orchestrator, or that a submission delivered as if for the first time set again, fires after the end of its task. Throws
 * what had not come to rest.
 */
export async function atRest(admin: Bus): Promise<number> {
  let restless = 'nats-server does not answer';
  const look = async (): Promise<number | undefined> => {
    const { events, busy } = await restOf(admin);
    restless = busy.slice(0, 10).join('; ');
    return busy.length === 0 ? events : undefined;
  };
  const found = await until(() => look().catch(() => undefined), { withinMs: WITHIN_MS, pauseMs: 200 });
  if (found === undefined) throw new Error(`not at rest after ${WITHIN_MS / 1000} s: ${restless}`);
  return found;
}

async function restOf(admin: Bus): Promise<{ readonly events: number; readonly busy: readonly string[] }> {
  let events = 0;
  const busy: string[] = [];
  const streams = await logStreamNames(admin);
  const { state } = await ask<StreamState>(admin, `STREAM.INFO.${STREAMS.timers}`, { subjects_filter: TIMERS_WAITING });
  for (const timer of Object.keys(state.subjects ?? {})) if (!(await isLeftOver(admin, timer, streams))) busy.push(timer);
  for (const stream of streams) {
    const { consumers } = await ask<{ consumers: readonly string[] }>(admin, `CONSUMER.NAMES.${stream}`);
    for (const name of consumers.filter((one) => !one.startsWith('t-'))) {
      const { num_pending, num_ack_pending } = await ask<Info>(admin, `CONSUMER.INFO.${stream}.${name}`);
      if (num_pending + num_ack_pending > 0)
        busy.push(`${stream} ${name}: ${num_pending} to deliver, ${num_ack_pending} to be acknowledged`);
    }
    const { state: log, sources = [] } = await ask<StreamState>(admin, `STREAM.INFO.${stream}`, { subjects_filter: FIRINGS });
    for (const { lag } of sources) if (lag > 0) busy.push(`${stream} lacks ${lag} firings`);
    events += log.last_seq - Object.keys(log.subjects ?? {}).length;
  }
  return { events, busy };
}

/** A timer that was cancelled with its task, and that a killed nats-server has in its stream again, without firing it (2.15.1). */
async function isLeftOver(admin: Bus, timer: string, streams: readonly string[]): Promise<boolean> {
  const { message } = await ask<{ message?: { readonly data: string } }>(admin, `STREAM.MSG.GET.${STREAMS.timers}`, {
    last_by_subj: timer,
  });
  if (message === undefined) return false;
  const { dueAt } = JSON.parse(Buffer.from(message.data, 'base64').toString()) as { readonly dueAt: string };
  if (Date.now() - Date.parse(dueAt) < OVERDUE_MS) return false;
  const [, , tenant = '', aggregate, id = ''] = timer.split('.');
  if (aggregate !== 'task') return false;
  const end = `${taskPrefix(tenant, id)}.${facet.end}`;
  for (const stream of streams) {
    const { state } = await ask<StreamState>(admin, `STREAM.INFO.${stream}`, { subjects_filter: end });
    if (state.subjects?.[end] === 1) return true;
  }
  return false;
}

const ask = async <T>(admin: Bus, what: string, body: object = {}): Promise<T> =>
  (await admin.connection.request(`$JS.API.${what}`, JSON.stringify(body), { timeout: 5_000 })).json<T>();

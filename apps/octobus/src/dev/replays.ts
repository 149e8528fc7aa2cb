import { type OpenReplayAnswer, scope, replaySubject, taskPrefix } from '@octobus/contracts';
import { type LogPart, positionsOf } from '@octobus/event-log';
import { type Bus, REPLAY_SLOTS, type Serving, isTenantName, openReplay, serve } from '@octobus/jetstream';
import { Fault, instantOf, isUuid } from '@octobus/kernel';
import { isRecord } from './folder.ts';

/** The log as the provisioning account sees it. */
export interface ReplayedLog {
  readonly bus: Bus;
  readonly parts: readonly LogPart[];
  readonly partOf: (subject: string) => number;
}

interface Wish {
  readonly from: string | undefined;
  readonly task: string | undefined;
  readonly slot: number | undefined;
}

/** Questions of all tenants at one time; each makes the server write. */
const CONCURRENCY = 8;

/** Answers `replay.<tenant>.open`, one at a time for each tenant. Who asks is in the subject, which NATS has checked. */
export function serveReplays(log: ReplayedLog, onDefect: (error: unknown) => void): Serving {
  const turns = new Map<string, Promise<unknown>>();
  const inTurn = async (tenant: string, work: () => Promise<OpenReplayAnswer>): Promise<OpenReplayAnswer> => {
    const turn = (turns.get(tenant) ?? Promise.resolve()).catch(() => undefined).then(work);
    turns.set(tenant, turn);
    try {
      return await turn;
    } finally {
      if (turns.get(tenant) === turn) turns.delete(tenant);
    }
  };
  return serve(
    log.bus,
    replaySubject('*'),
    async ({ subject, body }) => {
      const tenant = subject.split('.')[1] ?? '';
      if (!isTenantName(tenant)) throw invalid('there is no such tenant');
      const wish = wishOf(body);
      return inTurn(tenant, () => prepare(log, tenant, wish));
    },
    { concurrency: CONCURRENCY, onDefect },
  );
}

const invalid = (message: string): Fault => new Fault('query-invalid', { retryable: false, message });

/** Faults: `query-invalid`, which names what is wrong. */
function wishOf(body: unknown): Wish {
  if (!isRecord(body) || Array.isArray(body)) throw invalid('a replay is asked for by an object');
  const { from, task, slot, ...others } = body;
  const [other] = Object.keys(others);
  if (other !== undefined) throw invalid('a replay has the fields "from", "task" and "slot"');
  if (from !== undefined && (typeof from !== 'string' || from.length > 200))
    throw invalid('"from" is a text: a sequence, a time or a cursor');
  if (task !== undefined && (typeof task !== 'string' || !isUuid(task))) throw invalid('"task" is the id of a task');
  if (slot !== undefined && !(REPLAY_SLOTS as readonly unknown[]).includes(slot))
    throw invalid(`"slot" is one of ${REPLAY_SLOTS.join(', ')}`);
  return { from, task, slot: slot as number | undefined };
}

async function prepare({ bus, parts, partOf }: ReplayedLog, tenant: string, { from, task, slot }: Wish): Promise<OpenReplayAnswer> {
  const positions = await positionsOf(parts, from, instantOf(Date.now()));
  const places = parts.map(({ stream }, i) => ({ stream, after: positions[i] ?? 0 }));
  const streams = places.map(({ stream }) => stream);
  if (task === undefined) return openReplay(bus.connection, { tenant, slot, filter: `evt.*.${tenant}.>`, streams, from: places });
  const prefix = taskPrefix(tenant, task);
  const own = partOf(prefix);
  const events = await parts[own]?.log.load([scope.requests(prefix)]);
  if (events === undefined || events.length === 0) {
    throw new Fault('task-unknown', { retryable: false, message: 'there is no task with this id here' });
  }
  return openReplay(bus.connection, { tenant, slot, filter: scope.all(prefix), streams, from: places.slice(own, own + 1) });
}

import { randomBytes } from 'node:crypto';
import {
  type CloseReplayAnswer,
  type Commands,
  type ListReplaysAnswer,
  type OpenReplayAnswer,
  REPLAY_QUESTIONS,
  type ReplayQuestion,
  gatewayReplaySubject,
  replaySubject,
  scope,
  signedCommand,
  taskPrefix,
} from '@octobus/contracts';
import { type LogPart, positionsOf } from '@octobus/event-log';
import {
  type Bus,
  type Question,
  type Serving,
  chooseReplaySlot,
  closeReplay,
  openReplay,
  openReplays,
  publishTo,
  replayDurableName,
  serve,
} from '@octobus/jetstream';
import { Fault, instantOf, uuidv7 } from '@octobus/kernel';
import { FairTurns } from './fair-turns.ts';
import { type OpenWish, type ReplayAsker, askerOf, checkListWish, closeWishOf, openWishOf } from './replay-wish.ts';

/** The log as the provisioning account sees it, and the key by which it vouches for what it tells the audit. */
export interface ReplayedLog {
  readonly bus: Bus;
  readonly parts: readonly LogPart[];
  readonly partOf: (subject: string) => number;
  readonly doorKey: string;
}

/** Questions of all tenants at one time; each makes the server write. */
const CONCURRENCY = 128;
const LIMITS = { perCaller: 4, perTenant: 16 } as const;

type Answer = OpenReplayAnswer | CloseReplayAnswer | ListReplaysAnswer;

/**
 * Answers what is asked of replays, by tenants over NATS and by the gateway for its callers. Whatever opens or closes one is told to the audit before it
 * is done, by a command through INGRESS like every other call: here, because every door leads here, and because only here it is known that it will be done.
 */
export function serveReplays(log: ReplayedLog, onDefect: (error: unknown) => void): Serving {
  const turns = new FairTurns(LIMITS);
  const serving = REPLAY_QUESTIONS.flatMap((question) =>
    [replaySubject('*', question), gatewayReplaySubject('*', question)].map((subject) =>
      serve(log.bus, subject, (asked) => answer(question, log, turns, asked), { concurrency: CONCURRENCY, onDefect }),
    ),
  );
  return { close: async () => void (await Promise.all(serving.map((one) => one.close()))) };
}

async function answer(question: ReplayQuestion, log: ReplayedLog, turns: FairTurns, asked: Question): Promise<Answer> {
  const asker = askerOf(asked);
  const work = {
    open: () => open(log, asker, openWishOf(asked.body)),
    close: () => close(log, asker, asked.body),
    list: () => list(log, asker, asked.body),
  };
  return turns.run<Answer>(asker.tenant, asker.actor, work[question]);
}

const streamsOf = ({ parts }: ReplayedLog): readonly string[] => parts.map(({ stream }) => stream);

async function open(log: ReplayedLog, asker: ReplayAsker, wish: OpenWish): Promise<OpenReplayAnswer> {
  const { tenant, actor } = asker;
  const { filter, from } = await placeOf(log, tenant, wish);
  const place = { tenant, streams: streamsOf(log) };
  const { connection } = log.bus;
  const slot = chooseReplaySlot(await openReplays(connection, place), { actor, slot: wish.slot });
  const durable = replayDurableName(tenant, slot);
  await tell(log, asker, 'open-replay', {
    durable,
    ...(wish.from ? { from: wish.from } : {}),
    ...(wish.task === undefined ? {} : { task: wish.task }),
  });
  return openReplay(connection, { ...place, slot, actor, filter, from });
}

async function close(log: ReplayedLog, asker: ReplayAsker, body: unknown): Promise<CloseReplayAnswer> {
  const { tenant } = asker;
  const slot = closeWishOf(body);
  const place = { tenant, streams: streamsOf(log) };
  const { connection } = log.bus;
  const known = (await openReplays(connection, place)).find((replay) => replay.slot === slot);
  if (known === undefined) throw new Fault('replay-unknown', { retryable: false, message: `replay ${slot} is not open` });
  await tell(log, asker, 'close-replay', { durable: known.durable });
  await closeReplay(connection, { ...place, slot });
  return { slot, durable: known.durable };
}

async function list(log: ReplayedLog, { tenant }: ReplayAsker, body: unknown): Promise<ListReplaysAnswer> {
  checkListWish(body);
  return { items: await openReplays(log.bus.connection, { tenant, streams: streamsOf(log) }) };
}

interface Place {
  readonly filter: string;
  readonly from: readonly { readonly stream: string; readonly after: number }[];
}

async function placeOf({ parts, partOf }: ReplayedLog, tenant: string, { from, task }: OpenWish): Promise<Place> {
  const positions = await positionsOf(parts, from, instantOf(Date.now()));
  const places = parts.map(({ stream }, i) => ({ stream, after: positions[i] ?? 0 }));
  if (task === undefined) return { filter: `evt.*.${tenant}.>`, from: places };
  const prefix = taskPrefix(tenant, task);
  const own = partOf(prefix);
  const events = await parts[own]?.log.load([scope.requests(prefix)]);
  if (events === undefined || events.length === 0) {
    throw new Fault('task-unknown', { retryable: false, message: 'there is no task with this id here' });
  }
  return { filter: scope.all(prefix), from: places.slice(own, own + 1) };
}

/** Durable in INGRESS when it resolves. */
async function tell<V extends 'open-replay' | 'close-replay'>(
  log: ReplayedLog,
  asker: ReplayAsker,
  verb: V,
  body: Commands[V],
): Promise<void> {
  const id = uuidv7(instantOf(Date.now()), randomBytes(16));
  const payload = Buffer.from(JSON.stringify(body));
  const { subject, head } = signedCommand(log.doorKey, { ...asker, verb, id, target: asker.tenant, payload, source: 'octobus/platform' });
  await publishTo(log.bus, subject, head, payload);
}

import { randomUUID } from 'node:crypto';
import { type EventOf, type LogStreamCount, type Verb, facet, ingressSubject, scope, taskPrefix, toHeaders } from '@octobus/contracts';
import type { EventLog } from '@octobus/event-log';
import { envelopeOf } from '@octobus/event-log/testing';
import { type Fault, isFault } from '@octobus/kernel';
import { jetstreamManager } from '@nats-io/jetstream';
import { eventually, makePowerCutDisk, startNats } from '@octobus/testing';
import { type Bus, connectBus } from '../src/connect.ts';
import { logParts, wholeLog } from '../src/event-log/log-parts.ts';
import {
  type DurabilityLevel,
  INGRESS_PER_SUBJECT,
  PLATFORM_ACCOUNT,
  newLandscape,
  newStoreKey,
  provision,
  serverConfig,
} from '../src/provisioning/index.ts';
import { publishAcked } from '../src/publish-acked.ts';
import { Replies } from '../src/replies.ts';

/** A server as Octobus configures it, whose disk loses its power. */
export interface CutServer {
  /** Writers append and send commands until the power fails, some milliseconds after the first acknowledgement; then the server starts again. */
  writeUntilCut(afterMs: number): Promise<void>;
  /** Everything that was ever acknowledged. */
  readonly acknowledged: { readonly events: number; readonly commands: number };
  /** How much of it can't be read any more. */
  missing(): Promise<{ readonly events: number; readonly commands: number }>;
  close(): Promise<void>;
}

const WRITERS = 32;
/** Who gets no answer within this has none. */
const ANSWER_WITHIN_MS = 500;
const KEY = 'OCTO_TEST_STORE_KEY';
const VERB: Verb = 'submit';
/** Megabytes. */
const DISK = 256;

const body: EventOf<'task.steps-scheduled.v1'> = { type: 'task.steps-scheduled.v1', data: { reason: 'x'.repeat(600) } as never };

/** `count`: streams that the log is spread over. */
export async function startCutServer(durability: DurabilityLevel, count: LogStreamCount = 1): Promise<CutServer> {
  const disk = makePowerCutDisk(DISK);
  process.env[KEY] = newStoreKey();
  const landscape = { ...newLandscape(['noop'], []), logStreams: count };
  const config = serverConfig({ storeKey: { env: KEY }, durability }, landscape);
  const nats = await startNats({ config, dataDir: `${disk.path}/nats` });
  const { user, password } = landscape.credentials[PLATFORM_ACCOUNT] ?? { user: '', password: '' };
  const connectTo = (): Promise<Bus> => connectBus({ url: nats.url.replace('//', `//${user}:${password}@`), name: 'power cuts' });
  let bus = await connectTo();
  await provision(bus.connection, { arms: ['noop'], tenants: [], markers: [], logStreams: count });
  const [events, commands] = [new Set<string>(), new Map<number, string>()];
  let round = 0;
  return {
    writeUntilCut: async (afterMs) => {
      const stop = new AbortController();
      round++;
      const writing = [
        ...Array.from({ length: WRITERS }, () => append(logOf(bus, count, ANSWER_WITHIN_MS), events, stop.signal)),
        ...Array.from({ length: 2 }, (_, n) => send(bus, `t-${round}-${n}`, commands, stop.signal)),
      ];
      const before = events.size;
      await eventually(() => events.size > before);
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      const restarted = nats.killAround(disk.cut);
      stop.abort();
      await restarted;
      await Promise.all(writing);
      await bus.close();
      bus = await connectTo();
    },
    get acknowledged() {
      return { events: events.size, commands: commands.size };
    },
    missing: async () => ({
      events: await missingEvents(logOf(bus, count, 2_000), events),
      commands: await missingCommands(bus, commands),
    }),
    close: async () => {
      await bus.close();
      await nats.stop();
      disk.remove();
      delete process.env[KEY];
    },
  };
}

const logOf = (bus: Bus, count: LogStreamCount, timeoutMs: number): EventLog => wholeLog(logParts(bus, count, { tries: 1, timeoutMs }));

/** One task after another; a writer that gets no answer has none of it acknowledged. */
async function append(log: EventLog, acknowledged: Set<string>, signal: AbortSignal): Promise<void> {
  const prefix = taskPrefix('acme', randomUUID());
  const filter = scope.flow(prefix);
  let sequence = 0;
  for (let n = 1; !signal.aborted; n++) {
    const subject = `${prefix}.${facet.steps(n)}`;
    const event = { subject, envelope: envelopeOf(body.type, prefix.split('.')[4] ?? ''), body };
    const appended = await log.append(event, { filter, sequence }).catch(unlessSilent);
    if (appended === undefined || 'conflict' in appended) return;
    ({ sequence } = appended);
    acknowledged.add(subject);
  }
}

async function send(bus: Bus, tenant: string, acknowledged: Map<number, string>, signal: AbortSignal): Promise<void> {
  const text = new TextEncoder().encode('{"goal":"a command"}');
  for (let n = 0; !signal.aborted && n < INGRESS_PER_SUBJECT; n++) {
    const id = randomUUID();
    const head = toHeaders({ ...envelopeOf('octobus.submit.v1', id), id });
    const ack = await publishAcked(Replies.of(bus.connection), ingressSubject(tenant, VERB), text, ANSWER_WITHIN_MS, head).catch(
      () => undefined,
    );
    if (ack === undefined || 'error' in ack) return;
    acknowledged.set(ack.sequence, id);
  }
}

function unlessSilent(error: unknown): undefined {
  if (isFault(error) && error.retryable) return undefined;
  throw error;
}

async function missingEvents(log: EventLog, acknowledged: ReadonlySet<string>): Promise<number> {
  const prefixes = new Set([...acknowledged].map((subject) => subject.split('.').slice(0, 5).join('.')));
  const found = new Set<string>();
  for (const prefix of prefixes) {
    const events = await log.load([scope.flow(prefix)]).catch(asFault);
    if (!Array.isArray(events)) break;
    for (const { subject } of events) found.add(subject);
  }
  return [...acknowledged].filter((subject) => !found.has(subject)).length;
}

/** Nobody answers: the stream is gone. */
function asFault(error: unknown): Fault {
  if (isFault(error)) return error;
  throw error;
}

async function missingCommands(bus: Bus, acknowledged: ReadonlyMap<number, string>): Promise<number> {
  const manager = await jetstreamManager(bus.connection);
  let missing = 0;
  for (const [seq, id] of acknowledged) {
    const message = await manager.streams.getMessage('INGRESS', { seq }).catch(() => undefined);
    if (message?.header.get('ce-id') !== id) missing++;
  }
  return missing;
}

import { isNewerVersion } from '@octobus/contracts';
import type { EventLog } from '@octobus/event-log';
import { type Bus, type LogPart, connectBus, logParts, wholeLog } from '@octobus/jetstream';
import { type Instant, instantOf } from '@octobus/kernel';
import { Counter, type Logger, type Tracing, createLogger, registry, startTracing } from '@octobus/telemetry';
import { type Environment, environment } from './environment.ts';
import { logStreamCount } from './log-streams.ts';

/** What every service has: its own connection under its own account, the log, a logger, tracing, the clock. */
export interface ServiceContext {
  readonly name: string;
  readonly env: Environment;
  readonly bus: Bus;
  readonly log: EventLog;
  /** The streams that the log is spread over. */
  readonly logParts: readonly LogPart[];
  readonly logger: Logger;
  readonly tracing: Tracing;
  readonly clock: () => Instant;
  readonly dropped: (subject: string, sequence: number) => void;
  /** Told of each event that was read and is of a type that this release doesn't know. */
  readonly unknown: (type: string, sequence: number) => void;
  close(): Promise<void>;
}

let droppedEvents: Counter<'service'> | undefined;

const droppedCounter = (): Counter<'service'> =>
  (droppedEvents ??= new Counter({
    name: 'octobus_dropped_events_total',
    help: 'Stored messages that are no event of ours: the envelope does not fit the subject.',
    labelNames: ['service'],
    registers: [registry],
  }));

let unknownEvents: Counter<'service' | 'kind'> | undefined;

/** The type itself is no label: whoever writes events could make as many as they like. */
const unknownCounter = (): Counter<'service' | 'kind'> =>
  (unknownEvents ??= new Counter({
    name: 'octobus_unknown_events_total',
    help: 'Events of a newer release that were read and skipped: a newer version of a known type, or another type.',
    labelNames: ['service', 'kind'],
    registers: [registry],
  }));

/** Types that were named in the log of the process, each once. */
const MOST_NAMED = 100;
const named = new Set<string>();

function tellUnknown(service: string, logger: Logger, type: string, sequence: number): void {
  unknownCounter().inc({ service, kind: isNewerVersion(type) ? 'newer-version' : 'other-type' });
  const name = type.slice(0, 100);
  if (named.has(name) || named.size >= MOST_NAMED) return;
  named.add(name);
  logger.warn({ type: name, sequence }, 'skipped an event of a newer release; start the newer one');
}

/** Connects. Faults: `config-invalid`, those of `connectBus`. */
export async function openContext(name: string, env: Environment): Promise<ServiceContext> {
  const read = environment(env);
  const logger = createLogger(name, read.text('OCTO_LOG_LEVEL', 'info'));
  const bus = await connectBus({ url: read.text('NATS_URL'), name });
  const tracing = await startTracing(name, env);
  const dropped = (subject: string, sequence: number): void => {
    droppedCounter().inc({ service: name });
    logger.warn({ sequence, subject: subject.slice(0, 200) }, 'ignored a message whose envelope does not fit its subject');
  };
  const unknown = (type: string, sequence: number): void => tellUnknown(name, logger, type, sequence);
  const parts = logParts(bus, logStreamCount(env), {
    onDropped: (message) => dropped(message.subject, message.sequence),
    onUnknown: ({ envelope, sequence }) => unknown(envelope.type, sequence),
  });
  return {
    name,
    env,
    bus,
    log: wholeLog(parts),
    logParts: parts,
    logger,
    tracing,
    dropped,
    unknown,
    clock: () => instantOf(Date.now()),
    close: async () => {
      await tracing.stop().catch((error: unknown) => logger.warn({ err: error }, 'the last spans were not exported'));
      await bus.drain();
    },
  };
}

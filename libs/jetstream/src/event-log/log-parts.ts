import { type LogStreamCount, logStreams } from '@octobus/contracts';
import { type EventLog, type LogPart, SpreadEventLog } from '@octobus/event-log';
import type { NatsConnection } from '@nats-io/transport-node';
import { JetStreamEventLog, type JetStreamEventLogOptions } from './jetstream-event-log.ts';

export type { LogPart } from '@octobus/event-log';

/** The streams that the log is spread over, for whoever reads all of it by positions. */
export const logParts = (
  bus: { readonly connection: NatsConnection },
  count: LogStreamCount,
  options: Omit<JetStreamEventLogOptions, 'stream'> = {},
): readonly LogPart[] =>
  logStreams(count).map(({ name }) => ({ stream: name, log: new JetStreamEventLog(bus, { ...options, stream: name }) }));

/** The log that the parts make together. */
export function wholeLog(parts: readonly LogPart[]): EventLog {
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only.log : new SpreadEventLog(parts.map(({ log }) => log));
}

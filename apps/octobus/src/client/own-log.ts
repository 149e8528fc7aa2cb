import { logStreams } from '@octobus/contracts';
import type { LogPart } from '@octobus/event-log';
import type { IgnoredMessage } from '@octobus/projector/service';
import { stateFolder } from './credentials.ts';

/** The whole log, as the platform's own account reads it, and where its rows are. */
export interface OwnLog {
  /** Told of what is no event. */
  readonly open: (onIgnored?: (message: IgnoredMessage) => void) => readonly LogPart[];
  /** Of the database. */
  readonly url: string;
}

/** Works with the log of the stack whose state folder is here. Loaded when needed: the NATS client makes commands slow to start. Fault `not-running`. */
export async function withOwnLog(work: (log: OwnLog) => Promise<void>): Promise<void> {
  const { connectAs, databaseUrl, logStreamCountIn } = await import('../bench/stack-access.ts');
  const { ConsumedEventLog, PLATFORM_ACCOUNT } = await import('@octobus/jetstream');
  const folder = stateFolder(process.env, process.cwd());
  const url = databaseUrl(folder, process.env);
  const streams = logStreams(await logStreamCountIn(folder)).map(({ name }) => name);
  const bus = await connectAs(PLATFORM_ACCOUNT, folder);
  const open: OwnLog['open'] = (onIgnored = () => undefined) =>
    streams.map((stream) => ({
      stream,
      log: new ConsumedEventLog(bus, { stream, onDropped: ({ sequence, subject }) => onIgnored({ stream, sequence, subject }) }),
    }));
  try {
    await work({ open, url });
  } finally {
    await bus.close();
  }
}

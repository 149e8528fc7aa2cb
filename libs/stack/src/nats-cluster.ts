import { existsSync, statSync } from 'node:fs';
import { stackFault } from './fault-codes.ts';
import { readLog } from './log-file.ts';
import { type NatsProcess, type NatsProcessOptions, startNatsProcess } from './nats-process.ts';
import { until } from './until.ts';

export interface NatsCluster {
  /** In the order of the options; each is restarted by itself when it dies. */
  readonly servers: readonly NatsProcess[];
  /** `nats://127.0.0.1:port` of all, by commas, without a user. */
  readonly url: string;
  /** As of one process, one server after another. */
  reload(): Promise<void>;
  stop(): Promise<void>;
}

const LEADER_WITHIN_MS = 30_000;
/** Lines of nats-server 2.15.1. */
const LEADER = /new metadata leader|Self is new JetStream cluster metadata leader/;

/**
 * Starts the servers of one cluster on the loopback interface, all at once; their configurations name each other. Ready when all greet and know
 * who leads. Fault `nats-cluster-without-leader` when none does in time; what had started is stopped then.
 */
export async function startNatsCluster(options: readonly NatsProcessOptions[]): Promise<NatsCluster> {
  const logs = options.map(({ logFile }) => ({ logFile, from: existsSync(logFile) ? statSync(logFile).size : 0 }));
  const starts = await Promise.allSettled(options.map((server) => startNatsProcess(server)));
  const servers = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
  const stop = async (): Promise<void> => void (await Promise.all(servers.map((server) => server.stop())));
  const failed = starts.find((start) => start.status === 'rejected');
  if (failed !== undefined) {
    await stop();
    throw failed.reason;
  }
  const led = (): boolean => logs.every(({ logFile, from }) => LEADER.test(readLog(logFile, from)));
  if ((await until(led, { withinMs: LEADER_WITHIN_MS })) !== true) {
    await stop();
    throw stackFault('nats-cluster-without-leader', {
      retryable: true,
      message: `The ${options.length} servers of the NATS cluster did not agree on a leader within ${LEADER_WITHIN_MS / 1000} s.`,
    });
  }
  return { servers, url: servers.map(({ url }) => url).join(','), reload: () => reloadAll(servers), stop };
}

async function reloadAll(servers: readonly NatsProcess[]): Promise<void> {
  for (const server of servers) await server.reload();
}

import { setTimeout as delay } from 'node:timers/promises';
import { STREAMS } from '@octobus/contracts';
import { type Bus, PLATFORM_ACCOUNT, connectBus } from '@octobus/jetstream';
import { Fault } from '@octobus/kernel';
import { until } from '@octobus/stack';
import { Client } from '../../client/client.ts';
import type { Credentials } from '../../client/credentials.ts';
import { connectAs } from '../stack-access.ts';
import { submissionOf } from '../workload.ts';
import { longestGap } from './gaps.ts';
import { type LogFindings, witnessLog } from './log-witness.ts';
import { type Run, startStubbornLoad } from './stubborn-load.ts';

/** A stack whose NATS is a cluster, on this machine. */
export interface ClusteredStack {
  readonly credentials: Credentials;
  readonly folder: string;
  pidOf(server: string): number | undefined;
  /** While true, a server that died is not started again. */
  keepAway(away: boolean): void;
}

export interface FailoverOptions {
  readonly clients: number;
  readonly steps: number;
  /** Load before the leader is lost, and after the others have gone on. */
  readonly loadMs: number;
}

export interface FailoverReport {
  /** Server that led the log. */
  readonly killed: string;
  readonly durability: string;
  readonly clients: number;
  readonly steps: number;
  /** Submissions acknowledged, and how many of them completed. */
  readonly acknowledged: number;
  readonly completed: number;
  /** Acknowledged and then not ended, ended otherwise or twice, or with another number of outcomes than steps: their ids. */
  readonly wrong: readonly string[];
  /** Events heard and then not in the log; subjects written twice. */
  readonly lostEvents: number;
  readonly doubledSubjects: number;
  readonly events: number;
  /** Faults that submitters met and got over by trying again. */
  readonly refusals: Readonly<Record<string, number>>;
  readonly longestWithoutAckMs: number;
  readonly longestWithoutCompletionMs: number;
  /** From the kill until everything acknowledged before it had completed. */
  readonly backlogDoneMs: number;
  /** From the killed server's return until it had the whole log; null: not within the time. */
  readonly caughtUpMs: number | null;
}

const GOES_ON_WITHIN_MS = 30_000;
const ENDS_WITHIN_MS = 90_000;
const CATCHES_UP_WITHIN_MS = 60_000;

/** Runs a load, kills the server that leads the log by SIGKILL, waits until the others go on, lets the killed one come back, and looks what became of everything. */
export async function loseLeader(stack: ClusteredStack, options: FailoverOptions): Promise<FailoverReport> {
  const { credentials } = stack;
  const { clients, steps, loadMs } = options;
  const client = new Client(credentials.url, credentials.apiKey);
  const { durability } = await client.ready();
  const admin = await connectAs(PLATFORM_ACCOUNT, stack.folder);
  const bus = await connectBus({ url: credentials.natsUrl, name: 'octobus bench', wait: false });
  try {
    const witness = await witnessLog(bus, credentials.tenant, admin);
    const submission = submissionOf({ steps, substeps: false });
    const load = await startStubbornLoad({ bus, client, tenant: credentials.tenant, submission, clients });
    await delay(loadMs);
    const killed = await leaderOf(admin);
    const killedAt = kill(stack, killed);
    await until(() => load.runs.some(({ endedAt, ackedAt }) => endedAt !== undefined && (ackedAt ?? 0) > killedAt + SETTLED_MS), {
      withinMs: GOES_ON_WITHIN_MS,
    });
    await delay(loadMs);
    stack.keepAway(false);
    const caughtUpMs = await catchUp(admin, killed);
    await load.finish(ENDS_WITHIN_MS);
    const findings = await witness.compare();
    witness.close();
    const { refusals, runs } = load;
    return { killed, durability, clients, steps, ...judge(runs, findings, steps, killedAt), refusals, caughtUpMs };
  } finally {
    stack.keepAway(false);
    await Promise.all([admin.close(), bus.close()]);
  }
}

/** An ack that was on its way when the leader died doesn't count as going on. */
const SETTLED_MS = 500;

function kill(stack: ClusteredStack, server: string): number {
  const pid = stack.pidOf(server);
  if (pid === undefined) throw new Fault('failover-unusable', { retryable: false, message: `there is no process ${server}` });
  stack.keepAway(true);
  process.kill(pid, 'SIGKILL');
  return performance.now();
}

interface StreamInfo {
  readonly cluster?: {
    readonly leader?: string;
    readonly replicas?: readonly { readonly name: string; readonly current?: boolean; readonly lag?: number; readonly offline?: boolean }[];
  };
}

const infoOf = async (admin: Bus): Promise<StreamInfo> =>
  (await admin.connection.request(`$JS.API.STREAM.INFO.${STREAMS.events}`, '', { timeout: 2_000 })).json<StreamInfo>();

/** Fault `failover-unusable` when the log has one server only. */
async function leaderOf(admin: Bus): Promise<string> {
  const { cluster } = await infoOf(admin);
  if (cluster?.leader === undefined || (cluster.replicas?.length ?? 0) === 0) {
    throw new Fault('failover-unusable', {
      retryable: false,
      message: 'the log has no other server: start the stack with OCTO_REPLICAS=3',
    });
  }
  return cluster.leader;
}

async function catchUp(admin: Bus, server: string): Promise<number | null> {
  const began = performance.now();
  const whole = async (): Promise<boolean> => {
    const { cluster } = await infoOf(admin).catch((): StreamInfo => ({}));
    if (cluster?.leader === server) return true;
    const replica = cluster?.replicas?.find(({ name }) => name === server);
    return replica?.current === true && replica.offline !== true && (replica.lag ?? 0) === 0;
  };
  return (await until(whole, { withinMs: CATCHES_UP_WITHIN_MS, pauseMs: 100 })) === true ? Math.round(performance.now() - began) : null;
}

type Judgement = Omit<FailoverReport, 'killed' | 'durability' | 'clients' | 'steps' | 'refusals' | 'caughtUpMs'>;

function judge(runs: readonly Run[], log: LogFindings, steps: number, killedAt: number): Judgement {
  const acknowledged = runs.filter(({ ackedAt }) => ackedAt !== undefined);
  const well = ({ id }: Run): boolean => log.ends.get(id)?.join() === 'task.completed.v1' && log.outcomes.get(id) === steps;
  const before = acknowledged.filter(({ ackedAt }) => (ackedAt ?? 0) < killedAt);
  return {
    acknowledged: acknowledged.length,
    completed: acknowledged.filter(({ state }) => state === 'completed').length,
    wrong: acknowledged.filter((run) => run.state !== 'completed' || !well(run)).map(({ id }) => id),
    lostEvents: log.lost,
    doubledSubjects: log.twice,
    events: log.events,
    longestWithoutAckMs: Math.round(
      longestGap(
        acknowledged.map(({ ackedAt }) => ackedAt ?? 0),
        killedAt,
      ),
    ),
    longestWithoutCompletionMs: Math.round(
      longestGap(
        acknowledged.flatMap(({ endedAt }) => endedAt ?? []),
        killedAt,
      ),
    ),
    backlogDoneMs: Math.round(Math.max(0, ...before.map(({ endedAt }) => (endedAt ?? Infinity) - killedAt))),
  };
}

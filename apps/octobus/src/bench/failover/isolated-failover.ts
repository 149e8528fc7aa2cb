import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { natsBinary } from '../../commands/dev.ts';
import type { StackEvent } from '../../dev/events.ts';
import { openIsolatedStack } from '../../isolated/isolated-stack.ts';
import { heldBinary } from './held-binary.ts';
import { type FailoverOptions, type FailoverReport, loseLeader } from './lose-leader.ts';

/** `loseLeader` on a stack of its own with three NATS servers, removed at the end. */
export async function isolatedFailover(
  options: FailoverOptions,
  onEvent: (event: StackEvent) => void,
  signal: AbortSignal,
): Promise<FailoverReport> {
  const scratch = await mkdtemp(join(tmpdir(), 'octobus-failover-'));
  const binary = heldBinary(scratch, natsBinary(process.env));
  const env = { OCTO_REPLICAS: '3', OCTO_NATS_SERVER: binary.path };
  try {
    const stack = await openIsolatedStack({ name: 'failover', perService: false, keep: false, env, onEvent }, signal);
    try {
      const { credentials, folder, pidOf } = stack;
      return await loseLeader({ credentials, folder, pidOf, keepAway: binary.hold }, options);
    } finally {
      await stack.stop();
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

const seconds = (ms: number): string => (Number.isFinite(ms) ? `${(ms / 1000).toFixed(1)} s` : 'for ever');

export function failoverText(report: FailoverReport): string {
  const { killed, clients, steps, acknowledged, completed, wrong, lostEvents, doubledSubjects, events, caughtUpMs } = report;
  const refused = Object.entries(report.refusals).map(([code, count]) => `${count} x ${code}`);
  return [
    `${killed}, which led the log, was killed under a load of ${clients} clients with runs of ${steps} steps (${report.durability})`,
    `  ${acknowledged} submissions acknowledged, ${completed} completed, ${wrong.length} lost or doubled`,
    `  ${events} events: ${lostEvents} lost, ${doubledSubjects} doubled`,
    `  without an ack ${seconds(report.longestWithoutAckMs)}, without a completion ${seconds(report.longestWithoutCompletionMs)}, the backlog done after ${seconds(report.backlogDoneMs)}`,
    `  refused and tried again: ${refused.length === 0 ? 'none' : refused.join(', ')}`,
    `  the killed server had the whole log ${caughtUpMs === null ? 'not within the time' : `${seconds(caughtUpMs)} after it was let in again`}`,
  ].join('\n');
}

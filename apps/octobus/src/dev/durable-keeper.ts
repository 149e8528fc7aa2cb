import { join } from 'node:path';
import { type DurableStanding, DurableWatch, durables, isDurableReport, tellReport, tenantDurables } from '@octobus/jetstream';
import { ARMS } from '@octobus/task';
import { readKept, writeJson } from './folder.ts';
import type { EmbeddedNats } from './nats.ts';

/** Where every durable stands: what is known of one that is lost, and what the doctor reads. */
export const durablesFile = (folder: string): string => join(folder, 'durables.json');

/**
 * Looks after the durables of the stack: only whoever holds the provisioning account can make them again. Resolves after a first look, so that what a
 * restart has lost stands where it stood before anybody reads it.
 */
export async function keepDurables(
  nats: EmbeddedNats,
  folder: string,
  warn: (message: string) => void,
): Promise<Pick<DurableWatch, 'look' | 'stop'>> {
  const file = durablesFile(folder);
  const watch = new DurableWatch({
    connection: nats.admin.connection,
    services: durables(ARMS, [], nats.logStreams),
    tenants: () => nats.tenantNames.flatMap((tenant) => tenantDurables(tenant, nats.logStreams)),
    known: readKept({
      file,
      fits: isDurableReport,
      onBroken: (aside) => warn(`the positions of durables could not be read and are now ${aside}: one that is lost now begins again`),
    }),
    onReport: (report) => {
      writeJson(file, report);
      tellReport(nats.admin, report);
    },
    onChange: (now, was, repaired) => warn(sayChange(now, was, repaired)),
    onTrouble: (error) => warn(`the durables could not be looked at: ${error instanceof Error ? error.message : String(error)}`),
  });
  await watch.start();
  return watch;
}

/** One sentence for a person. */
export function sayChange(now: DurableStanding, was: DurableStanding | undefined, repaired: boolean): string {
  const what = `the durable ${now.name} of ${now.stream}`;
  if (now.state === 'ok') return `${what} is well again${was === undefined ? '' : ` (it was ${was.state})`}`;
  const then = repaired ? `it was made again and goes on behind ${now.position}` : RUNBOOK;
  return `${what} ${troubleOf(now)}: ${then}`;
}

const RUNBOOK = 'see docs/how-to/stuck-consumers.md';

export function troubleOf({ state, pending, unacked, position }: DurableStanding): string {
  switch (state) {
    case 'ok':
      return 'is well';
    case 'missing':
      return 'was gone';
    case 'altered':
      return 'had other settings than ours';
    case 'displaced':
      return 'stood where it had not got by working';
    case 'stuck':
      return `delivered none of ${pending} messages though its service asks for them`;
    case 'unread':
      return `has ${pending} messages that nobody asks for`;
    case 'retrying':
      return `has a message behind ${position} that came again and again and is not done`;
    case 'held':
      return `has ${unacked} messages in hand, and none of them gets done`;
    case 'slow':
      return `has ${pending} messages waiting, and they are not getting fewer`;
  }
}

import { ERASURES, type LogStreamCount } from '@octobus/contracts';
import { type Bus, type OrphanReport, logParts, searchOrphans, wholeLog } from '@octobus/jetstream';
import type { StackEvent } from './events.ts';
import { markersNow } from './log-marker.ts';

const HOUR_MS = 3_600_000;
/** For which a piece of content may wait for its event. A request is over within five minutes, and its command then waits where it is looked for. */
export const GRACE_MS = 24 * HOUR_MS;
const FIRST_MS = HOUR_MS / 6;
const EVERY_MS = 24 * HOUR_MS;
/** After a search that failed. */
const AGAIN_MS = HOUR_MS;

export interface ContentKeeping {
  readonly nats: { readonly admin: Bus; readonly logStreams: LogStreamCount };
  readonly folder: string;
  onEvent(event: StackEvent): void;
  /** Milliseconds; a day, ten minutes after the start, and a day. */
  readonly graceMs?: number;
  readonly firstMs?: number;
  readonly everyMs?: number;
}

/**
 * Once a day removes content that no event names, with the platform's own account: no service may remove any. Goes on behind what is settled, unless
 * somebody was erased meanwhile, whose pieces may lie anywhere.
 */
export function keepContent(keeping: ContentKeeping): { stop(): Promise<void> } {
  const { onEvent, firstMs = FIRST_MS, everyMs = EVERY_MS } = keeping;
  const stopping = new AbortController();
  const { signal } = stopping;
  let timer: NodeJS.Timeout;
  let turn: Promise<void> = Promise.resolve();
  let settled: Settled = { from: 1, erasures: -1 };
  const look = async (): Promise<void> => {
    try {
      const found = await collectFrom(keeping, settled, signal);
      settled = found.settled;
      const { collected: pieces, orphanBytes: bytes } = found.report;
      if (pieces > 0) onEvent({ kind: 'orphans-collected', pieces, bytes });
    } catch (error) {
      if (!signal.aborted) onEvent({ kind: 'warning', message: `content that no event names was not looked for: ${textOf(error)}` });
      return plan(Math.min(everyMs, AGAIN_MS));
    }
    plan(everyMs);
  };
  const plan = (ms: number): void => {
    const begin = (): void => void (turn = look());
    if (!signal.aborted) timer = setTimeout(begin, ms).unref();
  };
  plan(firstMs);
  return {
    stop: async () => {
      stopping.abort();
      clearTimeout(timer);
      await turn;
    },
  };
}

interface Settled {
  readonly from: number;
  /** How many people were erased by then. */
  readonly erasures: number;
}

async function collectFrom(
  { nats, folder, graceMs = GRACE_MS }: ContentKeeping,
  before: Settled,
  signal: AbortSignal,
): Promise<{ readonly report: OrphanReport; readonly settled: Settled }> {
  const { connection } = nats.admin;
  const { logStreams } = nats;
  const erasures = (await wholeLog(logParts(nats.admin, logStreams)).load([ERASURES])).length;
  const from = erasures === before.erasures ? before.from : 1;
  const report = await searchOrphans({ connection, logStreams, markers: markersNow(folder), graceMs, collect: true, from, signal });
  return { report, settled: { from: report.unsettledFrom, erasures } };
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

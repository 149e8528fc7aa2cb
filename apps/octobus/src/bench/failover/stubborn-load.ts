import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Bus, LiveFeed, publishTo } from '@octobus/jetstream';
import { instantOf, isFault, uuidv7 } from '@octobus/kernel';
import type { Client } from '../../client/client.ts';
import { submitHeaders, submitSubject } from '../nats-door.ts';

/** One submission as its submitter saw it; times by `performance.now()`. */
export interface Run {
  readonly id: string;
  ackedAt: number | undefined;
  endedAt: number | undefined;
  /** `completed`, or how else it ended. */
  state: string | undefined;
}

export interface StubbornLoad {
  readonly runs: readonly Run[];
  /** Faults that submitters met, by code; each was answered by another try with the same id. */
  readonly refusals: Readonly<Record<string, number>>;
  /** No new runs from now on; resolves when all that were acknowledged have ended, or the time is over. */
  finish(withinMs: number): Promise<void>;
}

export interface LoadOptions {
  readonly bus: Bus;
  readonly client: Client;
  readonly tenant: string;
  readonly submission: object;
  readonly clients: number;
}

const AGAIN_MS = 50;
/** An end that the live feed did not tell is asked for. */
const ASK_MS = 500;

/** Clients that submit one run after another, repeat a submission until it is acknowledged, and wait for its end however long it takes. */
export async function startStubbornLoad({ bus, client, tenant, submission, clients }: LoadOptions): Promise<StubbornLoad> {
  const runs = new Map<string, Run>();
  const refusals: Record<string, number> = {};
  const subject = submitSubject(tenant);
  const payload = Buffer.from(JSON.stringify(submission));
  const waiting = new Map<string, () => void>();
  let going = true;
  const end = (id: string, state: string): void => {
    const run = runs.get(id);
    if (run === undefined || run.endedAt !== undefined) return;
    run.endedAt = performance.now();
    run.state = state;
    waiting.get(id)?.();
  };
  const feed = new LiveFeed(bus, {
    filter: `evt.*.${tenant}.task.*.flow.end`,
    onEvent: ({ address, body }) => end(address.id, body.type.split('.')[1] ?? ''),
    onGap: () => undefined,
  });
  await feed.established();
  const acknowledged = async (run: Run): Promise<void> => {
    for (;;) {
      try {
        await publishTo(bus, subject, submitHeaders(run.id), payload);
        run.ackedAt = performance.now();
        return;
      } catch (error) {
        const code = isFault(error) ? error.code : 'defect';
        refusals[code] = (refusals[code] ?? 0) + 1;
        await delay(AGAIN_MS);
      }
    }
  };
  const ended = async (run: Run): Promise<void> => {
    const { promise: told, resolve } = Promise.withResolvers<void>();
    waiting.set(run.id, resolve);
    while (run.endedAt === undefined) {
      await Promise.race([told, delay(ASK_MS)]);
      if (run.endedAt !== undefined) break;
      const state = (await client.task(run.id).catch(() => undefined))?.state;
      if (state !== undefined && ENDS.has(state)) end(run.id, state);
    }
    waiting.delete(run.id);
  };
  const one = async (): Promise<void> => {
    while (going) {
      const run: Run = { id: uuidv7(instantOf(Date.now()), randomBytes(16)), ackedAt: undefined, endedAt: undefined, state: undefined };
      runs.set(run.id, run);
      await acknowledged(run);
      await ended(run);
    }
  };
  const all = Promise.all(Array.from({ length: clients }, one));
  return {
    get runs() {
      return [...runs.values()];
    },
    refusals,
    finish: async (withinMs) => {
      going = false;
      await Promise.race([all, delay(withinMs, undefined, { ref: false })]);
      feed.close();
    },
  };
}

const ENDS: ReadonlySet<string> = new Set(['completed', 'partial', 'failed', 'cancelled', 'expired', 'rejected']);

import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { ingressSubject } from '@octobus/contracts';
import { type Bus, publishTo } from '@octobus/jetstream';
import { instantOf, isFault, uuidv7 } from '@octobus/kernel';
import { isEnd } from '@octobus/task';
import { submitHeaders } from '../../src/bench/nats-door.ts';
import type { Client } from '../../src/client/client.ts';
import { plannedTask } from './plans.ts';
import type { Random } from './random.ts';

/** A submission that was acknowledged. */
export interface Submitted {
  readonly id: string;
  state: string | undefined;
}

export interface Load {
  readonly submitted: readonly Submitted[];
  /** No new tasks from now on; resolves when every acknowledged one has ended, rejects when that takes too long. */
  finish(withinMs: number): Promise<void>;
}

export interface LoadOptions {
  readonly bus: Bus;
  readonly client: Client;
  readonly tenant: string;
  readonly random: Random;
  readonly clients: number;
}

const AGAIN_MS = 100;

function refusedForGood(error: unknown): undefined {
  if (!isFault(error, 'deadline-passed')) throw error;
}

/** Clients that each submit one task after another, by turns over REST and over NATS, repeat a submission until it is acknowledged, and wait for its end. */
export function startLoad({ bus, client, tenant, random, clients }: LoadOptions): Load {
  const submitted: Submitted[] = [];
  let going = true;
  /** What each client is waiting for, and what it was told last. */
  const waiting = new Map<number, string>();
  const untilDone = async (client: number, what: string, attempt: () => Promise<boolean>): Promise<void> => {
    waiting.set(client, what);
    const again = (error: unknown): false => {
      waiting.set(client, `${what} (${error instanceof Error ? error.message : String(error)})`);
      return false;
    };
    const asked = (): Promise<boolean> =>
      attempt().then((done) => {
        waiting.set(client, what);
        return done;
      }, again);
    while (!(await asked())) await delay(AGAIN_MS);
    waiting.delete(client);
  };
  /** Undefined: it was refused for good, since its deadline had passed when it came through. */
  const submit = async (i: number, submission: object, overRest: boolean): Promise<string | undefined> => {
    let id: string | undefined = uuidv7(instantOf(Date.now()), randomBytes(16));
    const key = id;
    await untilDone(i, `submitting ${id} over ${overRest ? 'REST' : 'NATS'}`, async () => {
      if (overRest) id = await client.submit(submission, { 'idempotency-key': key }).then((made) => made.id, refusedForGood);
      else await publishTo(bus, ingressSubject(tenant, 'submit'), submitHeaders(key), Buffer.from(JSON.stringify(submission)));
      return true;
    });
    return id;
  };
  const one = async (_: unknown, i: number): Promise<void> => {
    for (let n = 0; going; n++) {
      const { submission, cancel } = plannedTask(random);
      const id = await submit(i, submission, (i + n) % 2 === 0);
      if (id === undefined) continue;
      const task: Submitted = { id, state: undefined };
      submitted.push(task);
      if (cancel) void delay(random.between(1, 500)).then(() => client.cancel(task.id).catch(() => undefined));
      await untilDone(i, `the end of ${task.id}`, async () => {
        const { state } = await client.task(task.id);
        if (isEnd(state)) task.state = state;
        return task.state !== undefined;
      });
    }
  };
  const all = Promise.all(Array.from({ length: clients }, one));
  return {
    submitted,
    finish: async (withinMs) => {
      going = false;
      const late = delay(withinMs, 'late' as const, { ref: false });
      if ((await Promise.race([all, late])) !== 'late') return;
      throw new Error(`${waiting.size} clients still wait after ${withinMs / 1000} s: ${[...waiting.values()].slice(0, 5).join('; ')}`);
    },
  };
}

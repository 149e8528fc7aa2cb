import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bus } from '@octobus/jetstream';
import { Fault } from '@octobus/kernel';
import { type NatsProcess, startNatsProcess } from '@octobus/stack';
import { natsBinary } from '../../commands/dev.ts';
import { connectAs, logStreamNames, streamSize } from '../stack-access.ts';

const READY_WITHIN_MS = 10 * 60_000;

/** The NATS server alone, on the state folder of a stack that is stopped. */
export interface LoneServer {
  readonly bus: Bus;
  readonly pid: number;
  /** From the start of the process until JetStream was there. */
  readonly startMs: number;
  stop(): Promise<void>;
}

/** `flushed`: without an fsync before every ack, for filling only. */
export async function startLoneServer(folder: string, flushed: boolean): Promise<LoneServer> {
  const { nats: port } = JSON.parse(readFileSync(join(folder, 'ports.json'), 'utf8')) as { nats: number };
  const nats = join(folder, 'nats');
  const began = performance.now();
  const server: NatsProcess = await startNatsProcess({
    binary: natsBinary(process.env),
    port,
    configFile: flushed ? flushedConfig(nats) : join(nats, 'nats.conf'),
    dataDir: join(nats, 'data'),
    pidFile: join(nats, 'nats.pid'),
    logFile: join(folder, 'logs', 'nats.log'),
    readyWithinMs: READY_WITHIN_MS,
  });
  const startMs = performance.now() - began;
  try {
    const bus = await connectAs('PLATFORM', folder);
    const stop = async (): Promise<void> => {
      await bus.drain();
      await server.stop();
    };
    return { bus, pid: server.pid() ?? 0, startMs, stop };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

function flushedConfig(nats: string): string {
  const file = join(nats, 'nats-filling.conf');
  const text = readFileSync(join(nats, 'nats.conf'), 'utf8').replace(/^\s*sync_interval: always\n/m, '');
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

/**
 * Puts every consumer of the log behind what it holds: the tasks that were filled in have ended, nobody need look at them. The projector's
 * position is in Postgres; it reads what it lacks at its start.
 */
export async function skipToTheEnd(bus: Bus): Promise<void> {
  const ask = async <T>(subject: string, body: object): Promise<T> => {
    const answer = (await bus.connection.request(subject, JSON.stringify(body), { timeout: 30_000 })).json<T & { error?: unknown }>();
    if (answer.error === undefined) return answer;
    throw new Fault('provisioning-refused', { retryable: false, message: `${subject}: ${JSON.stringify(answer.error)}` });
  };
  for (const stream of await logStreamNames(bus)) {
    const { lastSequence } = await streamSize(bus, stream);
    const { consumers } = await ask<{ consumers: readonly string[] }>(`$JS.API.CONSUMER.NAMES.${stream}`, {});
    for (const name of consumers) await ask(`$JS.API.CONSUMER.RESET.${stream}.${name}`, { seq: lastSequence + 1 });
  }
}

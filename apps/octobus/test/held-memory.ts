import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '@octobus/testing';
import type { RunningOctobus } from './running-octobus.ts';

/** Environment of a stack whose services open an inspector, on a port of its own each, when they are asked to. */
export const INSPECTABLE: NodeJS.ProcessEnv = { NODE_OPTIONS: '--inspect-port=0' };

/** Looks into the process of one service from outside, as a debugger does. */
export interface MemoryOf {
  /** Bytes in the heap and outside of it that something refers to: garbage is collected first. */
  held(): Promise<number>;
  close(): void;
}

interface Answer {
  readonly id?: number;
  readonly error?: { readonly message: string };
  readonly result?: { readonly result?: { readonly value?: unknown } };
}

/** The stack must have been started with `isolate` and `INSPECTABLE`. */
export async function memoryOf(octobus: RunningOctobus, service: string): Promise<MemoryOf> {
  const pid = octobus.pids()[service];
  if (pid === undefined) throw new Error(`${service} has no process of its own`);
  const log = join(octobus.folder, '.octo', 'logs', `${service}.log`);
  process.kill(pid, 'SIGUSR1');
  const url = await eventually(() => /Debugger listening on (ws:\S+)/.exec(readFileSync(log, 'utf8'))?.[1]);
  const socket = new WebSocket(url);
  const { promise: opened, resolve, reject } = Promise.withResolvers<unknown>();
  socket.addEventListener('open', resolve);
  socket.addEventListener('error', reject);
  await opened;
  const call = caller(socket);
  return {
    held: async () => {
      await call('HeapProfiler.collectGarbage');
      const usage = await call('Runtime.evaluate', { expression: 'process.memoryUsage()', returnByValue: true });
      const { heapUsed, external } = usage as NodeJS.MemoryUsage;
      return heapUsed + external;
    },
    close: () => socket.close(),
  };
}

/** Calls over the protocol of Chrome's developer tools. */
function caller(socket: WebSocket): (method: string, params?: object) => Promise<unknown> {
  const waiting = new Map<number, (answer: Answer) => void>();
  socket.addEventListener('message', ({ data }) => {
    const answer = JSON.parse(String(data)) as Answer;
    waiting.get(answer.id ?? 0)?.(answer);
    waiting.delete(answer.id ?? 0);
  });
  let calls = 0;
  return async (method, params = {}) => {
    const id = ++calls;
    const answered = new Promise<Answer>((resolve) => waiting.set(id, resolve));
    socket.send(JSON.stringify({ id, method, params }));
    const { error, result } = await answered;
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result?.result?.value;
  };
}

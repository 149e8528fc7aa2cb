import { rm } from 'node:fs/promises';
import { isFault } from '@octobus/kernel';
import { natsBinary } from '../commands/dev.ts';
import { type Stack, startStack } from '../dev/stack.ts';
import { ISOLATED, type StackMessage } from './messages.ts';

/** A stack in a process of its own: lives until its parent lets go of it, however the parent ends. */
const tell = (message: StackMessage): void => void (process.connected && process.send?.(message));

const folder = process.env[ISOLATED.folder] ?? '';
let stack: Promise<Stack> | undefined;
let leaving = false;

async function leave(): Promise<never> {
  if (leaving) return new Promise<never>(() => undefined);
  leaving = true;
  await stack?.then((running) => running.stop()).catch(() => undefined);
  if (process.env[ISOLATED.keep] !== '1' && folder !== '') await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  process.exit(0);
}

process.on('disconnect', () => void leave());
process.on('SIGTERM', () => void leave());
process.on('SIGINT', () => undefined);

try {
  stack = startStack({
    folder,
    env: process.env,
    isolate: process.env[ISOLATED.perService] === '1',
    natsBinary: natsBinary(process.env),
    port: 0,
    onEvent: (event) => tell({ kind: 'event', event }),
  });
  const { credentials, durability, versions } = await stack;
  tell({ kind: 'ready', credentials, durability, versions });
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  tell({ kind: 'failed', code: isFault(error) ? error.code : 'defect', message });
  process.exitCode = 1;
  if (process.connected) process.disconnect();
}

import { appendFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { Fault } from '@octobus/kernel';
import { SAME_SIGNAL_MS } from '../isolated/interruption.ts';

export interface StopSignal {
  /** Fires at SIGINT, SIGTERM or SIGHUP, and with a fault as its reason at an error nobody caught. */
  readonly signal: AbortSignal;
  /** 128 + the number of the signal; undefined when it was none. */
  exitCode(): number | undefined;
}

/** From now on a stack is stopped in order, whatever ends it; a second Ctrl-C, a second later or more, ends at once. */
export function stopSignal(folder: string): StopSignal {
  const control = new AbortController();
  let first: number | undefined;
  let exitCode: number | undefined;
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      first ??= Date.now();
      exitCode ??= 128 + constants.signals[name];
      if (Date.now() - first > SAME_SIGNAL_MS) process.exit(exitCode);
      control.abort(
        new Fault('interrupted', { retryable: true, message: 'stopped before it had ended; the next start goes on from there' }),
      );
    });
  }
  process.on('uncaughtException', (error) => control.abort(defect(error, folder)));
  // The reader of a pipe, or the terminal, may have gone: the stack doesn't depend on it.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  return { signal: control.signal, exitCode: () => exitCode };
}

/** The sentence for the user; the stack for whoever mends it. */
function defect(error: Error, folder: string): Fault {
  const file = join(folder, 'logs', 'defects.log');
  try {
    appendFileSync(file, `${new Date().toISOString()} ${error.stack ?? error.message}\n`, { mode: 0o600 });
  } catch {
    return new Fault('defect', { retryable: false, message: `a defect in Octobus ended it: ${error.message}`, cause: error });
  }
  return new Fault('defect', { retryable: false, message: `a defect in Octobus ended it: ${error.message} (see ${file})`, cause: error });
}

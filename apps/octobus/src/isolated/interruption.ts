import { Fault } from '@octobus/kernel';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** A terminal's Ctrl-C reaches us several times: from the terminal, npm and the launcher. */
export const SAME_SIGNAL_MS = 1_000;

/**
 * Work that has started processes or made folders, and cleans up when the signal fires; it does with a fault as its reason: `interrupted` by Ctrl-C,
 * `took-too-long` after the time, if there is one. A second Ctrl-C, a second later or more, ends this process at once.
 */
export async function interruptible<T>(withinMs: number | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const control = new AbortController();
  const abort = (code: string, message: string): void => control.abort(new Fault(code, { retryable: true, message }));
  let first: number | undefined;
  const onSignal = (): void => {
    first ??= Date.now();
    if (Date.now() - first > SAME_SIGNAL_MS) process.exit(130);
    abort('interrupted', 'interrupted; what was started is stopped');
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  const timer =
    withinMs === undefined ? undefined : setTimeout(() => abort('took-too-long', `not done within ${withinMs / 1000} s`), withinMs);
  try {
    return await work(control.signal);
  } finally {
    clearTimeout(timer);
    for (const name of SIGNALS) process.off(name, onSignal);
  }
}

/** The work, or the signal's reason when that comes first. */
export async function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason as Error);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

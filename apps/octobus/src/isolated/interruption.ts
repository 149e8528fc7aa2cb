import { Fault } from '@octobus/kernel';

export interface Interruption {
  /** Fires with a fault as its reason: `interrupted` by Ctrl-C, `took-too-long` after the time. */
  readonly signal: AbortSignal;
  /** Gives the signals back to whoever had them. */
  end(): void;
}

/** Lets a command that has started processes clean up after Ctrl-C, or when its time is over. A second Ctrl-C ends it at once. */
export function interruption(withinMs: number | undefined): Interruption {
  const control = new AbortController();
  const abort = (code: string, message: string): void => control.abort(new Fault(code, { retryable: true, message }));
  const onSignal = (): void => {
    if (control.signal.aborted) process.exit(130);
    abort('interrupted', 'interrupted; what was started is stopped');
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  const timer =
    withinMs === undefined ? undefined : setTimeout(() => abort('took-too-long', `not done within ${withinMs / 1000} s`), withinMs);
  return {
    signal: control.signal,
    end: () => {
      clearTimeout(timer);
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
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

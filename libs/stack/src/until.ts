import { setTimeout as delay } from 'node:timers/promises';

export interface UntilOptions {
  readonly withinMs: number;
  /** Upper end of the growing pause between two looks; 50 ms unless given. */
  readonly pauseMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Looks again and again, with pauses growing from 2 ms, until the probe answers something other than undefined or false.
 * Answers undefined when the time is over or the signal fires; an error thrown by the probe is passed on.
 */
export async function until<T>(
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  options: UntilOptions,
): Promise<T | undefined> {
  const deadline = performance.now() + options.withinMs;
  const longest = options.pauseMs ?? 50;
  for (let pause = 2; ; pause = Math.min(longest, pause * 1.6)) {
    const found = await probe();
    if (found !== undefined && found !== false) return found;
    if (options.signal?.aborted === true || performance.now() + pause > deadline) return undefined;
    await delay(pause, undefined, options.signal ? { signal: options.signal } : {}).catch(() => undefined);
  }
}

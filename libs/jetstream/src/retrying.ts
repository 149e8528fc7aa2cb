import { isFault } from '@octobus/kernel';
import { setTimeout as pause } from 'node:timers/promises';
import { type FaultCodes, fromNatsError } from './from-nats-error.ts';

export interface RetryOptions {
  readonly tries: number;
  readonly codes: FaultCodes;
  /** False: not worth another try. */
  readonly goesOn?: () => boolean;
}

/** Runs it again, up to so many times, while it fails by retryable faults; pauses with full jitter up to 20, 40, 80 ... 640 ms. */
export async function retrying<T>({ tries, codes, goesOn = () => true }: RetryOptions, work: () => Promise<T>): Promise<T> {
  for (let n = 1; ; n++) {
    try {
      return await work();
    } catch (error) {
      const fault = fromNatsError(error, codes);
      if (!isFault(fault) || !fault.retryable || n >= tries || !goesOn()) throw fault;
      await pause(Math.random() * Math.min(640, 10 * 2 ** n));
    }
  }
}

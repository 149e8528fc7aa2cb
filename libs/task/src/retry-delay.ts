import { type Duration, milliseconds, seconds } from '@octobus/kernel';

const BASE = seconds(1);
const CAP = seconds(60);

/**
 * How long a step rests after its n-th attempt failed (from 1): full jitter, so that steps which failed together don't come back together
 * (M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015). `chance`: at least 0, below 1.
 */
export const retryDelay = (attempt: number, chance: number): Duration =>
  milliseconds(Math.floor(chance * Math.min(CAP, BASE * 2 ** Math.min(attempt - 1, 30))));

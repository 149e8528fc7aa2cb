import { type Bucket, type Verdict, secondsToFill } from '@octobus/limits';
import type { FastifyReply } from 'fastify';

const policies = new WeakMap<Bucket, string>();

/**
 * `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10, structured fields): the quota `q` in a window of `w` seconds, the permits
 * `r` that are left and the seconds `t` until there are all again, or, of a refused call, until there is one.
 */
export function sayLimit(reply: FastifyReply, { allowed, bucket, remaining, wait }: Verdict): void {
  const { scope, limit } = bucket;
  const reset = allowed ? secondsToFill({ rate: limit.rate, burst: Math.max(0, limit.burst - remaining) }) : Math.max(1, Math.ceil(wait));
  void reply.header('ratelimit-policy', policyOf(bucket));
  void reply.header('ratelimit', `"${scope}";r=${remaining};t=${reset}`);
}

function policyOf(bucket: Bucket): string {
  const known = policies.get(bucket);
  if (known !== undefined) return known;
  const made = `"${bucket.scope}";q=${bucket.limit.burst};w=${secondsToFill(bucket.limit)}`;
  policies.set(bucket, made);
  return made;
}

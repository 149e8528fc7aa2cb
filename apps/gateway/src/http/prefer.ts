import type { FastifyRequest } from 'fastify';

const MOST_SECONDS = 60;

/** Seconds of `Prefer: wait=N` (RFC 7240), at most 60; undefined when not asked for. */
export function preferredWait(request: FastifyRequest): number | undefined {
  const header = request.headers['prefer'];
  const match = typeof header === 'string' ? /(?:^|[,;\s])wait=(\d{1,6})(?:$|[,;\s])/.exec(header) : null;
  return match === null ? undefined : Math.min(MOST_SECONDS, Number(match[1]));
}

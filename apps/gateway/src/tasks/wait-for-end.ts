import type { FastifyReply, FastifyRequest } from 'fastify';
import { principalOf } from '../auth/auth.guard.ts';
import type { GatewayParts } from '../gateway-parts.ts';
import { noLongerUnderWay } from '../limits/under-way.ts';

/**
 * True when the task has ended within the time; false when it hasn't, the client has gone, the gateway stops, or too many wait already:
 * the caller then gets the task as it is.
 */
export async function waitForEnd(
  { feed, openEnds, waits }: GatewayParts,
  request: FastifyRequest,
  reply: FastifyReply,
  task: string,
  milliseconds: number,
): Promise<boolean> {
  const { tenant } = principalOf(request);
  const leave = waits.enter(tenant);
  if (leave === undefined) return false;
  noLongerUnderWay(request);
  const releases: (() => void)[] = [leave];
  try {
    return await new Promise<boolean>((resolve, reject) => {
      const timer = setTimeout(() => resolve(false), milliseconds);
      const gone = (): void => resolve(false);
      reply.raw.once('close', gone);
      releases.push(
        () => clearTimeout(timer),
        () => reply.raw.off('close', gone),
        openEnds.add(gone),
        feed.watch(tenant, task, 0, {
          event: () => undefined,
          end: (error) => (error === undefined ? resolve(true) : reject(error as Error)),
        }),
      );
    });
  } finally {
    for (const release of releases) release();
  }
}

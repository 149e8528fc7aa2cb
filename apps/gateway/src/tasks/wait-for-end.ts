import type { FastifyReply, FastifyRequest } from 'fastify';
import { principalOf } from '../auth/auth.guard.ts';
import type { GatewayParts } from '../gateway-parts.ts';
import { noLongerUnderWay } from '../limits/under-way.ts';
import type { AwaitedEnd } from '../live/task-ends.ts';

/**
 * Sequence of the task's end when it has ended within the time; undefined when it hasn't, the client has gone, the gateway stops, or too many
 * wait already: the caller then gets the task as it is.
 */
export async function waitForEnd(
  { openEnds, waits }: GatewayParts,
  request: FastifyRequest,
  reply: FastifyReply,
  { ended }: AwaitedEnd,
  milliseconds: number,
): Promise<number | undefined> {
  const leave = waits.enter(principalOf(request).tenant);
  if (leave === undefined) return undefined;
  noLongerUnderWay(request);
  const releases: (() => void)[] = [leave];
  try {
    return await new Promise<number | undefined>((resolve, reject) => {
      const gone = (): void => resolve(undefined);
      const timer = setTimeout(gone, milliseconds);
      reply.raw.once('close', gone);
      releases.push(
        () => clearTimeout(timer),
        () => reply.raw.off('close', gone),
        openEnds.add(gone),
      );
      ended.then(resolve, reject);
    });
  } finally {
    for (const release of releases) release();
  }
}

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Gate } from './gate.ts';

const ways = new WeakMap<object, () => void>();

/** Counts a request until its response is closed; false when there are too many. */
export function enterRequest(gate: Gate, request: FastifyRequest, reply: FastifyReply): boolean {
  const leave = gate.enter();
  if (leave === undefined) return false;
  reply.raw.once('close', leave);
  ways.set(request, leave);
  return true;
}

/** For a response that stays open for long and is counted elsewhere. */
export const noLongerUnderWay = (request: FastifyRequest): void => ways.get(request)?.();

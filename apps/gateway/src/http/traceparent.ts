import type { FastifyRequest } from 'fastify';

const traces = new WeakMap<object, string>();

/** The trace of the request's own span, set once when the request comes in. */
export const traceparentOf = (request: FastifyRequest): string | undefined => traces.get(request);
export const setTraceparent = (request: FastifyRequest, traceparent: string): void => {
  traces.set(request, traceparent);
};

import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { NestFactory, Reflector } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  Counter,
  Histogram,
  type Logger,
  type Tracing,
  collectProcessMetrics,
  newTraceparent,
  isTraceparent,
  registry,
} from '@octobus/telemetry';
import { type AdmissionLimits, LocalLimits } from '@octobus/limits';
import { nestLogger } from '@octobus/service';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AuthGuard } from '../auth/auth.guard.ts';
import type { GatewayParts } from '../gateway-parts.ts';
import { GatewayModule } from '../gateway.module.ts';
import { enterRequest } from '../limits/under-way.ts';
import { RequestFault } from '../problems/problem.ts';
import { BODY_LIMIT, addBodies } from './bodies.ts';
import { ProblemFilter, problemOnSocket, sendProblem } from './problem.filter.ts';
import { setTraceparent } from './traceparent.ts';

/** For a whole request, a document of 50 MB included. */
const REQUEST_WITHIN_MS = 300_000;
/** Asked by whoever watches over the process: a busy gateway is alive. */
const WATCHED: ReadonlySet<string> = new Set(['/livez', '/metrics']);

export interface HttpServerOptions {
  readonly parts: GatewayParts;
  readonly limits: AdmissionLimits;
  readonly logger: Logger;
  readonly tracing: Tracing;
}

const figures = {
  requests: new Counter({
    name: 'octobus_http_requests_total',
    help: 'Requests by route and status.',
    labelNames: ['route', 'status'],
    registers: [registry],
  }),
  seconds: new Histogram({
    name: 'octobus_http_request_seconds',
    help: 'Time to the answer by route.',
    labelNames: ['route'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    registers: [registry],
  }),
};

/** Fastify under Nest: limits at the door, one trace a request, problem documents, documents as streams. */
export async function createHttpServer({ parts, limits, logger, tracing }: HttpServerOptions): Promise<NestFastifyApplication> {
  collectProcessMetrics();
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    genReqId: () => randomUUID(),
    routerOptions: { maxParamLength: 200 },
    forceCloseConnections: 'idle',
    requestTimeout: REQUEST_WITHIN_MS,
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => sendProblem(reply, request, error, logger),
    clientErrorHandler: (_error, socket) => problemOnSocket(socket),
  });
  const app = await NestFactory.create<NestFastifyApplication>(GatewayModule.with(parts), adapter, {
    logger: nestLogger(logger),
    abortOnError: false,
    bodyParser: false,
  });
  const fastify: FastifyInstance = app.getHttpAdapter().getInstance();
  addHooks(fastify, parts, logger, tracing);
  addBodies(fastify);
  app.useGlobalFilters(new ProblemFilter(logger, parts.denials));
  app.useGlobalGuards(new AuthGuard(new Reflector(), parts.keys, parts.sessions, limits, new LocalLimits(parts.clock)));
  return app;
}

function addHooks(fastify: FastifyInstance, parts: GatewayParts, logger: Logger, tracing: Tracing): void {
  fastify.addHook('onRequest', (request, reply, next) => {
    void reply.header('x-request-id', String(request.id));
    if (!WATCHED.has(request.routeOptions.url ?? '') && !enterRequest(parts.requests, request, reply))
      return sendProblem(reply, request, new RequestFault('overloaded', 'too many requests are under way here', { retryAfter: 1 }), logger);
    startTrace(request, reply, tracing);
    next();
  });
  fastify.addHook('onResponse', (request, reply, next) => {
    const route = request.routeOptions.url ?? 'none';
    figures.requests.inc({ route, status: String(reply.statusCode) });
    figures.seconds.observe({ route }, reply.elapsedTime / 1000);
    next();
  });
}

/** The span of a request ends with its response; without an exporter only the header's trace, or a new one, is handed on. */
function startTrace(
  request: Parameters<typeof setTraceparent>[0] & { method: string; routeOptions: { url?: string | undefined } },
  reply: { raw: NodeJS.EventEmitter },
  tracing: Tracing,
): void {
  const header = (request.headers as Record<string, unknown>)['traceparent'];
  const parent = typeof header === 'string' && isTraceparent(header) ? header : undefined;
  const ended = new Promise<void>((resolve) => reply.raw.once('close', () => resolve()));
  void tracing.span(`${request.method} ${request.routeOptions.url ?? ''}`, parent, { kind: 'server' }, (traceparent) => {
    setTraceparent(request, traceparent ?? newTraceparent());
    return ended;
  });
}

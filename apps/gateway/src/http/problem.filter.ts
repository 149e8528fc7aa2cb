import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import { isFault } from '@octobus/kernel';
import type { Logger } from '@octobus/telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Denials } from '../audit/denials.ts';
import { callerOf } from '../auth/auth.guard.ts';
import { methodsOf } from '../openapi/openapi.ts';
import { RequestFault, problemOf } from '../problems/problem.ts';
import { discardRest } from './discard-rest.ts';
import { traceparentOf } from './traceparent.ts';

/** Codes of what the caller may not do, or not now. */
const REFUSALS: ReadonlySet<string> = new Set(['forbidden', 'unauthenticated', 'rate-limited']);
const PROBLEM_TYPE = 'application/problem+json';

/** Every error as an RFC 9457 document. What is not the caller's doing is logged once, here. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger: Logger;
  private readonly denials: Denials;

  constructor(logger: Logger, denials: Denials) {
    this.logger = logger;
    this.denials = denials;
  }

  /** A refusal is told of before it is answered. */
  catch(error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const answer = (): void => sendProblem(reply, request, error, this.logger);
    if (!isFault(error) || !REFUSALS.has(error.code)) return answer();
    const action = `${request.method} ${request.routeOptions.url ?? ''}`;
    const refused = { code: error.code, action, address: request.ip, principal: callerOf(request), traceparent: traceparentOf(request) };
    void this.denials.refused(refused).then(answer);
  }
}

export function sendProblem(reply: FastifyReply, request: FastifyRequest, error: unknown, logger: Logger): void {
  if (reply.sent) return;
  const { document, retryAfter } = problemOf(known(error, request), String(request.id));
  if (document.status >= 500 && document.category !== 'limit')
    logger.error({ err: error, requestId: request.id, route: request.routeOptions.url }, 'a request failed');
  if (retryAfter !== undefined) void reply.header('retry-after', String(Math.max(1, Math.ceil(retryAfter))));
  if (document.status === 401) void reply.header('www-authenticate', 'Bearer');
  if (document.status === 405) void reply.header('allow', methodsOf(pathOf(request)).join(', '));
  void reply.removeHeader('connection');
  void reply.code(document.status).header('x-request-id', document.requestId).header('content-type', PROBLEM_TYPE);
  const rest = discardRest(request.raw);
  // Node closes the connection with the answer when the client asked for that, whatever is still on its way.
  if (request.headers.connection?.toLowerCase() === 'close') void rest.then(() => reply.send(document));
  else void reply.send(document);
}

/** For what is not HTTP, or has more headers than anybody needs: there is no request to answer, only a connection. */
export function problemOnSocket(socket: Duplex): void {
  if (!socket.writable) return void socket.destroy();
  const fault = new RequestFault('command-malformed', 'this is not HTTP/1.1, or its headers have more than 16 kB');
  const { document } = problemOf(fault, randomUUID());
  const body = JSON.stringify(document);
  const head = `HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-type: ${PROBLEM_TYPE}\r\ncontent-length: ${Buffer.byteLength(body)}`;
  socket.end(`${head}\r\n\r\n${body}`);
}

const pathOf = (request: FastifyRequest): string => request.url.split('?', 1)[0] ?? '';

/** Errors of Fastify and Nest in our words. */
function known(error: unknown, request: FastifyRequest): unknown {
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
  if (error instanceof HttpException) return error.getStatus() === 404 ? nothingAt(request) : fromStatus(error.getStatus());
  if (code === 'FST_ERR_BAD_URL') return new RequestFault('command-malformed', 'the path is not a valid URL');
  if (code === 'FST_ERR_MAX_PARAM_LENGTH') return nothingAt(request);
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new RequestFault('media-type-unsupported', 'send application/json');
  return typeof statusCode === 'number' && statusCode < 500 ? fromStatus(statusCode) : error;
}

function nothingAt(request: FastifyRequest): RequestFault {
  const methods = methodsOf(pathOf(request));
  if (methods.length === 0 || methods.includes(request.method)) return new RequestFault('not-found', 'there is no such path');
  return new RequestFault('method-not-allowed', `this path knows ${methods.join(', ')}`);
}

function fromStatus(status: number): RequestFault {
  if (status === 413) return new RequestFault('body-too-large', 'the body is too large');
  if (status === 415) return new RequestFault('media-type-unsupported', 'this media type is not read here');
  return new RequestFault('command-malformed', 'the request can not be read: is it JSON?');
}

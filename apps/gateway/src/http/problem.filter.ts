import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { Logger } from '@octobus/telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RequestFault, problemOf } from '../problems/problem.ts';

/** Every error as an RFC 9457 document. What is not the caller's doing is logged once, here. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger: Logger;

  constructor(logger: Logger) {
    this.logger = logger;
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    sendProblem(reply, host.switchToHttp().getRequest<FastifyRequest>(), error, this.logger);
  }
}

export function sendProblem(reply: FastifyReply, request: FastifyRequest, error: unknown, logger: Logger): void {
  if (reply.sent) return;
  const { document, retryAfter } = problemOf(known(error), String(request.id));
  if (document.status >= 500) logger.error({ err: error, requestId: request.id, route: request.routeOptions.url }, 'a request failed');
  if (retryAfter !== undefined) void reply.header('retry-after', String(Math.max(1, Math.ceil(retryAfter))));
  if (document.status === 401) void reply.header('www-authenticate', 'Bearer');
  void reply.code(document.status).header('content-type', 'application/problem+json').send(document);
}

/** Errors of Fastify and Nest in our words. */
function known(error: unknown): unknown {
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
  if (error instanceof HttpException)
    return error.getStatus() === 404 ? new RequestFault('not-found', 'there is no such path') : fromStatus(error.getStatus());
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return new RequestFault('body-too-large', 'a body has at most 1 MB; documents stream up to 50 MB');
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new RequestFault('media-type-unsupported', 'send application/json');
  return typeof statusCode === 'number' && statusCode < 500 ? fromStatus(statusCode) : error;
}

function fromStatus(status: number): RequestFault {
  if (status === 413) return new RequestFault('body-too-large', 'the body is too large');
  if (status === 415) return new RequestFault('media-type-unsupported', 'this media type is not read here');
  if (status === 405) return new RequestFault('method-not-allowed', 'this path knows other methods');
  return new RequestFault('command-malformed', 'the request can not be read: is it JSON?');
}

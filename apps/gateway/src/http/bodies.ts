import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import { RequestFault } from '../problems/problem.ts';

export const BODY_LIMIT = 1024 * 1024;
/** For a body that is read before anybody knows who sends it. */
const BODY_WITHIN_MS = 10_000;
/** Levels of arrays and objects in one body: more than any command has, few enough for every recursive function behind the door. */
const MOST_LEVELS = 64;

type Done = (error: Error | null, body?: unknown) => void;

/** JSON up to 1 MB and within the time; the body of a document stays a stream, whatever its type. */
export function addBodies(fastify: FastifyInstance, withinMs = BODY_WITHIN_MS): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', (request, payload, done) => {
    if (isDocument(request)) done(null, payload);
    else readText(request, payload, withinMs, (error, text) => (error === null ? parseJson(request, text as string, done) : done(error)));
  });
  fastify.addContentTypeParser('*', (request, payload, done) => {
    if (isDocument(request)) return done(null, payload);
    payload.resume();
    if (request.is404 || request.headers['content-length'] === '0') return done(null, undefined);
    done(new RequestFault('media-type-unsupported', 'send application/json'));
  });
}

const isDocument = ({ routeOptions }: FastifyRequest): boolean => routeOptions.url === '/v1/documents';

function readText(request: FastifyRequest, payload: IncomingMessage, withinMs: number, done: Done): void {
  if (Number(request.headers['content-length']) > BODY_LIMIT) return done(tooLarge());
  const chunks: Buffer[] = [];
  let size = 0;
  const end = (error: Error | null): void => {
    clearTimeout(timer);
    payload.off('data', take).off('end', finish).off('error', breakOff);
    payload.once('error', () => undefined);
    done(error, error === null ? Buffer.concat(chunks, size).toString('utf8') : undefined);
  };
  const take = (chunk: Buffer): void => {
    size += chunk.length;
    if (size > BODY_LIMIT) end(tooLarge());
    else chunks.push(chunk);
  };
  const finish = (): void => end(null);
  const breakOff = (): void => end(new RequestFault('command-malformed', 'the body broke off'));
  const timer = setTimeout(() => end(new RequestFault('command-malformed', `the body took more than ${withinMs} ms`)), withinMs);
  payload.on('data', take).once('end', finish).once('error', breakOff);
}

function parseJson(request: FastifyRequest, text: string, done: Done): void {
  if (text === '' || request.is404) return done(null, undefined);
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return done(new RequestFault('command-malformed', 'the body is not JSON'));
  }
  if (isDeeperThan(body, MOST_LEVELS)) return done(new RequestFault('command-malformed', `the body has more than ${MOST_LEVELS} levels`));
  done(null, body);
}

/** Without recursion: what it guards against is a stack that overflows. */
function isDeeperThan(value: unknown, levels: number): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > levels) return true;
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []));
  }
  return false;
}

const tooLarge = (): RequestFault => new RequestFault('body-too-large', 'a body has at most 1 MB; documents stream up to 50 MB');

import { type Aggregate, type Scope, scope, taskPrefix } from '@octobus/contracts';
import { isUuid } from '@octobus/kernel';
import type { FastifyRequest } from 'fastify';
import type { Principal } from '../auth/principal.ts';
import { RequestFault } from '../problems/problem.ts';

export const NDJSON = 'application/x-ndjson';
export const SSE = 'text/event-stream';

/** What a reader of events asks for. */
export interface WantedEvents {
  readonly format: 'ndjson' | 'sse';
  /** A position as text; absent: the first event. */
  readonly from: string | undefined;
  readonly task: string | undefined;
}

const invalid = (pointer: string, message: string): RequestFault =>
  new RequestFault('command-invalid', `the query parameter ${pointer} ${message}`, { errors: [{ pointer: `?${pointer}`, message }] });

const PARAMETERS = ['from', 'task'];

/**
 * Undefined for the live tail: events from now on, as a stream that names no place to begin. A stream that comes back goes on behind `Last-Event-ID`,
 * wherever it first began.
 */
export function wantedEvents(request: FastifyRequest): WantedEvents | undefined {
  const query = request.query as Record<string, string | string[] | undefined>;
  for (const [name, value] of Object.entries(query)) {
    if (!PARAMETERS.includes(name) || typeof value !== 'string')
      throw invalid(name.slice(0, 40), 'is not a parameter here, or is there twice');
  }
  const { from, task } = query as { readonly from?: string; readonly task?: string };
  const accept = request.headers.accept ?? '*/*';
  const streams = accept.includes(SSE);
  const lines = accept.includes('ndjson');
  if (from === undefined && task === undefined && !lines) return undefined;
  if (task !== undefined && !isUuid(task)) throw new RequestFault('task-unknown', 'there is no task with this id here');
  if (task !== undefined && streams)
    throw invalid('task', `is for ${NDJSON}; the events of one task as a stream are at /v1/tasks/{id}/events`);
  const last = request.headers['last-event-id'];
  return { format: streams ? 'sse' : 'ndjson', from: typeof last === 'string' && last !== '' ? last : from, task };
}

export const filterOf = (tenant: string, task: string | undefined): string =>
  task === undefined ? `evt.*.${tenant}.>` : scope.all(taskPrefix(tenant, task));

/** Whether a key may see events of an aggregate: those of keys and denials, and what comes later, belong to whoever manages keys. */
export const maySee = ({ scopes }: Pick<Principal, 'scopes'>, aggregate: Aggregate): boolean =>
  scopes.includes(SEEN_BY[aggregate] ?? 'keys:write');

const SEEN_BY: Readonly<Partial<Record<Aggregate, Scope>>> = { task: 'tasks:read', document: 'documents:read', policy: 'policies:read' };

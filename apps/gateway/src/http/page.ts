import { TASK_STATES, type TaskState } from '@octobus/task';
import type { FastifyRequest } from 'fastify';
import { RequestFault } from '../problems/problem.ts';

export interface Page {
  readonly limit: number;
  readonly cursor: string | undefined;
  readonly state: TaskState | undefined;
}

/** `?limit=1..200&cursor=...&state=...`; anything else is refused by name. */
export interface ListShape {
  readonly allowed: readonly string[];
  readonly most: number;
  /** Rows when no limit is given. */
  readonly usual: number;
}

export const TASK_LIST: ListShape = { allowed: ['limit', 'cursor', 'state'], most: 200, usual: 50 };
export const DOCUMENT_LIST: ListShape = { allowed: ['limit', 'cursor'], most: 500, usual: 500 };

export function pageOf(request: FastifyRequest, { allowed, most, usual }: ListShape): Page {
  const query = request.query as Record<string, string | string[] | undefined>;
  for (const [name, value] of Object.entries(query)) {
    if (!allowed.includes(name) || typeof value !== 'string') throw invalid(name, 'is not a parameter of this list');
  }
  const { limit: wanted = String(usual) } = query as { limit?: string };
  const limit = /^\d{1,3}$/.test(wanted) ? Number(wanted) : 0;
  if (limit < 1 || limit > most) throw invalid('limit', `is a whole number from 1 to ${most}`);
  const state = query['state'] as string | undefined;
  if (state !== undefined && !(TASK_STATES as readonly string[]).includes(state))
    throw invalid('state', `is one of ${TASK_STATES.join(', ')}`);
  return { limit, cursor: query['cursor'] as string | undefined, state: state as TaskState | undefined };
}

const invalid = (name: string, message: string): RequestFault =>
  new RequestFault('command-invalid', `the query parameter ${name.slice(0, 40)} ${message}`, {
    errors: [{ pointer: `?${name.slice(0, 40)}`, message }],
  });

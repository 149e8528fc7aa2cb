import { isTenantToken } from '@octobus/contracts';
import { TASK_STATES, type TaskState } from '@octobus/task';
import type { FastifyRequest } from 'fastify';
import { type Principal, isOperator } from '../auth/principal.ts';
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

export function pageOf(request: FastifyRequest, shape: ListShape): Page {
  const { query, limit } = queryOf(request, shape);
  const { state, cursor } = query;
  if (state !== undefined && !(TASK_STATES as readonly string[]).includes(state))
    throw invalidParameter('state', `is one of ${TASK_STATES.join(', ')}`);
  return { limit, cursor, state: state as TaskState | undefined };
}

/** The parameters of a list, each at most once, and its limit. */
export function queryOf(
  request: FastifyRequest,
  { allowed, most, usual }: ListShape,
): { readonly query: Readonly<Record<string, string | undefined>>; readonly limit: number } {
  const query = request.query as Record<string, string | string[] | undefined>;
  for (const [name, value] of Object.entries(query)) {
    if (!allowed.includes(name) || typeof value !== 'string') throw invalidParameter(name, 'is not a parameter of this list');
  }
  const { limit: wanted = String(usual) } = query as { limit?: string };
  const limit = /^\d{1,3}$/.test(wanted) ? Number(wanted) : 0;
  if (limit < 1 || limit > most) throw invalidParameter('limit', `is a whole number from 1 to ${most}`);
  return { query: query as Readonly<Record<string, string | undefined>>, limit };
}

/** Whose rows are asked for; undefined: everybody's. Fault `forbidden` for another tenant's, unless the operator asks. */
export function tenantAsked(principal: Principal, wanted: string | undefined): string | undefined {
  const operator = isOperator(principal);
  if (wanted === undefined) return operator ? undefined : principal.tenant;
  if (!isTenantToken(wanted)) throw invalidParameter('tenant', 'is not the name of a tenant');
  if (wanted !== principal.tenant && !operator) throw new RequestFault('forbidden', 'only keys of the platform look at other tenants');
  return wanted;
}

export const invalidParameter = (name: string, message: string): RequestFault =>
  new RequestFault('command-invalid', `the query parameter ${name.slice(0, 40)} ${message}`, {
    errors: [{ pointer: `?${name.slice(0, 40)}`, message }],
  });

import { Fault, isFault } from '@octobus/kernel';

export interface FieldProblem {
  readonly pointer: string;
  readonly message: string;
}

type Category = 'request' | 'authentication' | 'permission' | 'conflict' | 'limit' | 'policy' | 'unavailable' | 'internal';

interface ProblemKind {
  readonly status: number;
  readonly category: Category;
  readonly title: string;
  readonly retryable?: true;
}

/** The only place that knows HTTP status: one row a code. docs/errors.md lists the same codes (a test keeps both equal). */
export const PROBLEMS: Readonly<Record<string, ProblemKind>> = {
  'command-malformed': { status: 400, category: 'request', title: 'The request is not well formed' },
  'command-invalid': { status: 400, category: 'request', title: 'The request has an invalid field' },
  'position-invalid': { status: 400, category: 'request', title: 'There is no such place in the log' },
  'position-in-future': { status: 400, category: 'request', title: 'The log has not come so far' },
  unauthenticated: { status: 401, category: 'authentication', title: 'No valid key' },
  forbidden: { status: 403, category: 'permission', title: 'The key lacks a scope' },
  'not-found': { status: 404, category: 'request', title: 'There is nothing here' },
  'task-unknown': { status: 404, category: 'request', title: 'There is no such task' },
  'dead-letter-unknown': { status: 404, category: 'request', title: 'There is no such dead letter' },
  'replay-unknown': { status: 404, category: 'request', title: 'There is no such replay' },
  'schedule-unknown': { status: 404, category: 'request', title: 'There is no such schedule' },
  'method-not-allowed': { status: 405, category: 'request', title: 'The method is not allowed here' },
  'task-already-ended': { status: 409, category: 'conflict', title: 'The task has ended' },
  'dead-letter-settled': { status: 409, category: 'conflict', title: 'The dead letter was dealt with' },
  'redrive-refused': { status: 409, category: 'conflict', title: 'The dead letter can not be redriven' },
  'name-taken': { status: 409, category: 'conflict', title: 'The name is taken' },
  'replays-in-use': { status: 409, category: 'conflict', title: 'All replays are in use', retryable: true },
  'subject-erased': { status: 410, category: 'policy', title: 'The person was erased' },
  'body-too-large': { status: 413, category: 'limit', title: 'The body is too large' },
  'media-type-unsupported': { status: 415, category: 'request', title: 'The media type is not supported' },
  'policy-conflict': { status: 409, category: 'conflict', title: 'The policy is at another version' },
  'output-blocked': { status: 403, category: 'policy', title: 'The result is not let out' },
  'topic-refused': { status: 422, category: 'policy', title: 'Refused by the policy of the tenant' },
  'policy-unavailable': { status: 503, category: 'unavailable', title: 'The policy can not be read', retryable: true },
  'policy-unreadable': { status: 503, category: 'unavailable', title: 'A newer release wrote the policy', retryable: true },
  'idempotency-conflict': { status: 422, category: 'conflict', title: 'The idempotency key was used with another body' },
  'deadline-passed': { status: 422, category: 'request', title: 'The deadline passed before the task was screened' },
  'injection-suspected': { status: 422, category: 'policy', title: 'Refused by the screening' },
  'rate-limited': { status: 429, category: 'limit', title: 'Too many requests', retryable: true },
  'ingress-full': { status: 429, category: 'limit', title: 'Too many commands are waiting', retryable: true },
  'limits-unavailable': {
    status: 503,
    category: 'unavailable',
    title: 'The counts of the rate limits can not be reached',
    retryable: true,
  },
  overloaded: { status: 503, category: 'unavailable', title: 'At the limit of what can be served', retryable: true },
  'log-unavailable': { status: 503, category: 'unavailable', title: 'The log does not answer', retryable: true },
  'provisioning-unavailable': { status: 503, category: 'unavailable', title: 'Nobody prepares replays just now', retryable: true },
  'postgres-unavailable': { status: 503, category: 'unavailable', title: 'The read models do not answer', retryable: true },
  'memory-unavailable': { status: 503, category: 'unavailable', title: 'The memory service does not answer', retryable: true },
  'release-too-old': { status: 501, category: 'unavailable', title: 'A newer release has written this' },
  'vault-refused': { status: 503, category: 'unavailable', title: 'The vault gives no key' },
  'key-lost': { status: 503, category: 'unavailable', title: 'The key of this person is lost' },
  'master-key-wrong': { status: 503, category: 'unavailable', title: 'The vault has not the master key' },
  'keys-refused': { status: 503, category: 'unavailable', title: 'The vault can not keep keys' },
  'vault-unavailable': { status: 503, category: 'unavailable', title: 'The vault does not answer', retryable: true },
  'log-full': { status: 507, category: 'limit', title: 'The log takes no new work' },
  internal: { status: 500, category: 'internal', title: 'Something went wrong here' },
};

/** RFC 9457 problem document with the fields that every error of this API carries. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly code: string;
  readonly category: Category;
  readonly retryable: boolean;
  readonly requestId: string;
  readonly errors?: readonly FieldProblem[];
}

/** A fault of the request: its message is shown to the caller. */
export class RequestFault extends Fault {
  readonly errors: readonly FieldProblem[];
  /** Seconds after which it makes sense to try again. */
  readonly retryAfter: number | undefined;

  constructor(code: string, message: string, more: { errors?: readonly FieldProblem[]; retryAfter?: number } = {}) {
    super(code, { retryable: PROBLEMS[code]?.retryable === true, message });
    this.errors = more.errors ?? [];
    this.retryAfter = more.retryAfter;
  }
}

export function problemOf(
  error: unknown,
  requestId: string,
): { readonly document: ProblemDocument; readonly retryAfter: number | undefined } {
  const code = isFault(error) && PROBLEMS[error.code] !== undefined ? error.code : 'internal';
  const kind = PROBLEMS[code] as ProblemKind;
  const shown = error instanceof RequestFault ? error : undefined;
  const document: ProblemDocument = {
    type: `urn:octobus:problem:${code}`,
    title: kind.title,
    status: kind.status,
    ...(shown === undefined ? {} : { detail: shown.message }),
    code,
    category: kind.category,
    retryable: kind.retryable === true,
    requestId,
    ...(shown === undefined || shown.errors.length === 0 ? {} : { errors: shown.errors }),
  };
  return { document, retryAfter: shown?.retryAfter ?? (kind.retryable === true ? 1 : undefined) };
}

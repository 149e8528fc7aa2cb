import { Fault } from '@octobus/kernel';
import { MODEL_FAULTS } from './faults.ts';
import type { ModelFaultCode } from './faults.ts';

/** What the adapter knows about the call that failed. */
export interface CallContext {
  /** Host and port of the server, without user or path. */
  readonly host: string;
  readonly aborted: boolean;
  readonly timedOut: boolean;
  /** Milliseconds since the epoch, to read a Retry-After date. */
  readonly now: number;
}

interface ForeignError {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly statusCode?: unknown;
  readonly responseHeaders?: Readonly<Record<string, string>>;
  readonly responseBody?: unknown;
  readonly cause?: unknown;
}

const LONGEST_WAIT_MS = 600_000;

const asForeign = (error: unknown): ForeignError => (typeof error === 'object' && error !== null ? error : {});

/** The error and its causes, outermost first; bounded, because causes may form a ring. */
function chain(error: unknown): readonly ForeignError[] {
  const found: ForeignError[] = [];
  for (let at = error; found.length < 6 && typeof at === 'object' && at !== null; at = (at as ForeignError).cause)
    found.push(asForeign(at));
  return found;
}

const firstString = (errors: readonly ForeignError[], key: 'name' | 'code'): string | undefined =>
  errors.map((error) => error[key]).find((value): value is string => typeof value === 'string' && value !== 'Error');

/** Only names: messages and bodies of the SDK's errors hold prompts, answers and sometimes the key. */
function bareCause(errors: readonly ForeignError[]): Error {
  const name = firstString(errors, 'name') ?? 'Error';
  const code = firstString(errors, 'code');
  return new Error(code === undefined ? name : `${name} (${code})`);
}

function retryAfterMs(headers: Readonly<Record<string, string>> | undefined, now: number): number | undefined {
  const exact = Number(headers?.['retry-after-ms'] ?? Number.NaN);
  const value = headers?.['retry-after'] ?? '';
  const byDate = Date.parse(value) - now;
  const wait = Number.isFinite(exact) ? exact : /^\d{1,9}(\.\d{1,3})?$/.test(value) ? Number(value) * 1000 : byDate;
  return Number.isFinite(wait) ? Math.min(Math.max(0, Math.ceil(wait)), LONGEST_WAIT_MS) : undefined;
}

const startOf = (body: unknown): string => (typeof body === 'string' ? body.slice(0, 4_000) : '');

function fromStatus(status: number, error: ForeignError, context: CallContext): Fault {
  const fault = (code: ModelFaultCode, retryable: boolean, what: string, more: Readonly<Record<string, number | boolean>> = {}): Fault =>
    new Fault(code, {
      retryable,
      message: `the model server ${context.host} ${what} (HTTP ${status})`,
      cause: bareCause([error]),
      details: { status, host: context.host, ...more },
    });
  const body = startOf(error.responseBody);
  const wait = retryAfterMs(error.responseHeaders, context.now);
  const later = wait === undefined ? {} : { retryAfterMs: wait };
  if (status === 401 || status === 403) return fault(MODEL_FAULTS.unauthorized, false, 'does not accept the key');
  if (status === 404) return fault(MODEL_FAULTS.notFound, false, 'does not know this model or path');
  if (status === 402 || (status === 429 && body.includes('insufficient_quota'))) {
    return fault(MODEL_FAULTS.quotaExhausted, false, 'says that the account has nothing left to spend');
  }
  if (status === 429) return fault(MODEL_FAULTS.rateLimited, true, 'asks to slow down', later);
  if (status === 408 || status === 409 || status === 425 || status >= 500) return fault(MODEL_FAULTS.unavailable, true, 'failed', later);
  const format = /response_format|json_schema|json_object|grammar|structured/i.test(body);
  return fault(MODEL_FAULTS.requestRefused, false, 'refused the request', format ? { aboutFormat: true } : {});
}

const UNREADABLE: readonly unknown[] = [
  'AI_InvalidResponseDataError',
  'AI_JSONParseError',
  'AI_TypeValidationError',
  'AI_EmptyResponseBodyError',
  'AI_NoOutputGeneratedError',
  'AI_NoContentGeneratedError',
  'ResponseTooLarge',
];

/** Codes of Node's sockets and of undici. */
const CONNECTION = /^(?:E[A-Z]{3,20}|UND_ERR_[A-Z_]{3,30})$/;

/** A failed connection has a system code or comes wrapped by the SDK; anything else is probably a defect, and trying again won't mend it. */
const fromOutside = (error: ForeignError): boolean =>
  typeof error.code === 'string' || (typeof error.name === 'string' && error.name.startsWith('AI_'));

/** Maps whatever the AI SDK or fetch threw to a `Fault`. */
export function fromAiSdkError(error: unknown, context: CallContext): Fault {
  const errors = chain(error);
  const fault = (code: ModelFaultCode, retryable: boolean, message: string): Fault =>
    new Fault(code, { retryable, message, cause: bareCause(errors), details: { host: context.host } });
  if (context.aborted) return fault(MODEL_FAULTS.aborted, false, 'the model call was withdrawn');
  if (context.timedOut) return fault(MODEL_FAULTS.timeout, true, `the model server ${context.host} took too long`);
  const answered = errors.find((one) => typeof one.statusCode === 'number');
  const status = Number(answered?.statusCode ?? 0);
  if (answered !== undefined && status >= 300) return fromStatus(status, answered, context);
  const brokenOff = errors.some((one) => typeof one.code === 'string' && CONNECTION.test(one.code));
  if (!brokenOff && (answered !== undefined || errors.some((one) => UNREADABLE.includes(one.name)))) {
    return fault(MODEL_FAULTS.answerInvalid, true, `the model server ${context.host} sent an answer that cannot be read`);
  }
  return fault(MODEL_FAULTS.unavailable, errors.some(fromOutside), `the model server ${context.host} cannot be reached`);
}

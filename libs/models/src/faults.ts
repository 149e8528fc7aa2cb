/** Codes of the faults that model providers throw. */
export const MODEL_FAULTS = {
  /** There is no model: no key and no server are set. */
  notConfigured: 'model-not-configured',
  /** A setting (base URL, price, timeout) can't be used. */
  configInvalid: 'model-config-invalid',
  /** The server doesn't accept the key (401, 403). */
  unauthorized: 'model-unauthorized',
  /** No such model or path (404). */
  notFound: 'model-not-found',
  /** The server refuses this request as it is (other 4xx). */
  requestRefused: 'model-request-refused',
  /** Too many calls (429); `details.retryAfterMs` when the server says so. */
  rateLimited: 'model-rate-limited',
  /** The account behind the key has nothing left to spend. */
  quotaExhausted: 'model-quota-exhausted',
  /** The server can't be reached or fails (5xx). */
  unavailable: 'model-unavailable',
  /** No complete answer within the time allowed. */
  timeout: 'model-timeout',
  /** The caller withdrew the call. */
  aborted: 'model-aborted',
  /** What came back can't be read as an answer. */
  answerInvalid: 'model-answer-invalid',
} as const;

export type ModelFaultCode = (typeof MODEL_FAULTS)[keyof typeof MODEL_FAULTS];

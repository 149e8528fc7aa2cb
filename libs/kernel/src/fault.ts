export interface FaultOptions {
  /** Whether the same call may succeed later without anything being changed. */
  readonly retryable: boolean;
  /** One sentence for a person; no secrets, no prompts. */
  readonly message: string;
  readonly cause?: unknown;
  /** Small clear facts (names, numbers) that help whoever reads the log. */
  readonly details?: Readonly<Record<string, string | number | boolean>>;
}

/** Something outside failed: made by adapters, settled at the boundary by retry or dead letter. Codes are kebab-case and listed in docs/errors.md. */
export class Fault extends Error {
  readonly code: string;
  readonly retryable: boolean;
  readonly details: Readonly<Record<string, string | number | boolean>>;

  constructor(code: string, options: FaultOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Fault';
    this.code = code;
    this.retryable = options.retryable;
    this.details = options.details ?? {};
  }
}

/** True for a fault with this code, whichever copy of the class made it. */
export function isFault(error: unknown, code?: string): error is Fault {
  if (!(error instanceof Error) || error.name !== 'Fault') return false;
  return code === undefined || (error as Fault).code === code;
}

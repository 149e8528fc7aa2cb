import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { COMMAND_SCHEMAS } from './command-schemas.ts';
import type { Verb } from './subjects.ts';

export interface SubmitStep {
  readonly id: string;
  /** Absent when the step waits. */
  readonly agent?: string;
  readonly after?: readonly string[];
  readonly inputs?: readonly string[];
  readonly instruction?: string;
  readonly arguments?: Readonly<Record<string, unknown>>;
  readonly onFailure?: 'fail' | 'skip';
  readonly maxAttempts?: number;
  readonly timeoutMs?: number;
  readonly effect?: 'none' | 'idempotent' | 'once';
  /** RFC 3339, or milliseconds from 1 to `LONGEST_WAIT_MS`. */
  readonly wait?: { readonly forMs: number } | { readonly until: string };
}

/** Bodies of the commands, the same over REST and over `ingress.<tenant>.<verb>`. */
export interface Commands {
  submit: {
    readonly goal: string;
    readonly documents?: readonly string[];
    readonly plan?: { readonly steps: readonly SubmitStep[] };
    readonly priority?: 'high' | 'normal' | 'low';
    readonly deadline?: string;
    readonly limits?: { readonly budgetMicroUsd?: string; readonly maxSteps?: number };
    readonly dataSubject?: string;
    /** Whether the result of the same request, asked before, may answer it: `use` or `bypass`; absent: as the operator has set it. */
    readonly cache?: 'use' | 'bypass';
  };
  cancel: { readonly taskId: string; readonly reason?: string };
  ingest: {
    readonly name: string;
    readonly mediaType: string;
    readonly text?: string;
    readonly blob?: { readonly digest: string; readonly size: number; readonly pieces: readonly string[]; readonly sealed?: boolean };
    readonly dataSubject?: string;
  };
  /** A person by what the tenant calls them, or by their token. */
  erase: { readonly subject: string } | { readonly dataSubject: string };
  'create-tenant': { readonly name: string };
  'create-key': {
    readonly keyId: string;
    readonly secretDigest: string;
    readonly owner?: string;
    readonly scopes: readonly Scope[];
    readonly expiresAt?: string;
    readonly label?: string;
  };
  'revoke-key': { readonly keyId: string };
  /** Of the gateway alone, which gives out the link: that somebody asked for one. */
  'open-session': { readonly keyId: string };
  /** Of the platform alone, which answers the question: that somebody asked for a replay over NATS. */
  'open-replay': { readonly durable: string; readonly from?: string; readonly task?: string };
  'close-replay': { readonly durable: string };
  redrive: { readonly letter: string };
  drop: { readonly letter: string };
  /** Of the gateway alone: a call of an authenticated caller that was refused. */
  'report-denial': { readonly code: string; readonly action: string };
  /** Of the gateway alone: calls of one source that were refused in one minute, as one instance has counted them. */
  'report-refusals': {
    readonly code: string;
    readonly source: string;
    readonly minute: string;
    readonly count: number;
    readonly instance: string;
  };
  'create-schedule': {
    readonly name: string;
    readonly cron: string;
    /** UTC unless given. */
    readonly timeZone?: string;
    readonly task: TaskTemplate;
    readonly deadlineAfterMs?: number;
  };
  'pause-schedule': { readonly scheduleId: string };
  'resume-schedule': { readonly scheduleId: string };
  'delete-schedule': { readonly scheduleId: string };
  /** `basedOn`: the version that it is to follow, 0 for the first; any other is a conflict. */
  'set-policy': { readonly basedOn: number; readonly policy: PolicyBody };
  /** Of the gateway alone: what a task has handed over was not let out. */
  'report-output': { readonly taskId: string; readonly policyVersion: number; readonly findings: readonly string[] };
}

/** What a tenant lets in and out; what is absent is as the release has it. */
export interface PolicyBody {
  readonly secrets?: 'redact' | 'block';
  readonly personalData?: 'allow' | 'redact' | 'block';
  readonly personalDataKinds?: readonly string[];
  readonly links?: 'allow' | 'redact' | 'block';
  readonly allowedHosts?: readonly string[];
  readonly systemPrompt?: 'allow' | 'block';
  readonly canaries?: readonly string[];
  readonly topics?: readonly {
    readonly name: string;
    readonly phrases: readonly string[];
    readonly on?: readonly ('input' | 'output')[];
  }[];
}

/** Commands that bring content, which is sealed with the key of whom they are about; all others hold clear facts, or a reason. */
const CONTENT_VERBS: ReadonlySet<Verb> = new Set(['submit', 'ingest', 'create-schedule']);
export const bringsContent = (verb: Verb): boolean => CONTENT_VERBS.has(verb);

/** What the tenant calls the person whom a command is about; undefined: its sender. A schedule is about whom its tasks are about. Not validated. */
export const personNamedIn = (body: object): string | undefined =>
  (('task' in body ? body.task : body) as { readonly dataSubject?: string } | null | undefined)?.dataSubject;

/** What every firing of a schedule submits: a task without a deadline of its own. */
export type TaskTemplate = Omit<Commands['submit'], 'deadline'>;

export const SCOPES = [
  'tasks:read',
  'tasks:write',
  'documents:read',
  'documents:write',
  'audit:read',
  'dead-letters:read',
  'dead-letters:write',
  'subjects:read',
  'subjects:write',
  'keys:write',
  'policies:read',
  'policies:write',
  'platform',
] as const;
export type Scope = (typeof SCOPES)[number];

/** Scopes of whoever looks after a tenant; a key has them only when they are asked for. */
export const ADMIN_SCOPES: readonly Scope[] = [
  'audit:read',
  'dead-letters:read',
  'dead-letters:write',
  'subjects:read',
  'subjects:write',
  'keys:write',
  'policies:read',
  'policies:write',
  'platform',
];

/** The scope that a command needs at the door; of a dead letter's command, too. */
export const SCOPE_OF: Readonly<Record<Verb, Scope>> = {
  submit: 'tasks:write',
  cancel: 'tasks:write',
  ingest: 'documents:write',
  erase: 'subjects:write',
  'create-tenant': 'platform',
  'create-key': 'keys:write',
  'revoke-key': 'keys:write',
  'open-session': 'keys:write',
  'open-replay': 'tasks:read',
  'close-replay': 'tasks:read',
  redrive: 'dead-letters:write',
  drop: 'dead-letters:write',
  'create-schedule': 'tasks:write',
  'pause-schedule': 'tasks:write',
  'resume-schedule': 'tasks:write',
  'delete-schedule': 'tasks:write',
  'set-policy': 'policies:write',
  'report-output': 'platform',
  'report-denial': 'platform',
  'report-refusals': 'platform',
};

/** What a key is given unless it is asked for more: not what makes keys, what gathers or destroys all of a person's, and what is the platform's. */
export const USUAL_SCOPES: readonly Scope[] = SCOPES.filter((scope) => !ADMIN_SCOPES.includes(scope));

/** One thing wrong with a body: where (JSON pointer, RFC 6901) and what. Never the value itself. */
export interface Problem {
  readonly pointer: string;
  readonly message: string;
}

export type Checked<T> = { readonly value: T } | { readonly problems: readonly Problem[] };

const ajv = new Ajv2020({ allErrors: false, strict: true, strictRequired: false });
formats.default(ajv, ['date-time']);
const compiled = new Map<Verb, ValidateFunction>();

function validatorOf(verb: Verb): ValidateFunction {
  let validate = compiled.get(verb);
  if (validate === undefined) {
    validate = ajv.compile(COMMAND_SCHEMAS[verb]);
    compiled.set(verb, validate);
  }
  return validate;
}

function problemOf(error: ErrorObject): Problem {
  const params = error.params as { additionalProperty?: string; missingProperty?: string };
  if (params.additionalProperty !== undefined) {
    return { pointer: `${error.instancePath}/${params.additionalProperty.slice(0, 100)}`, message: 'unknown field' };
  }
  if (params.missingProperty !== undefined) return { pointer: `${error.instancePath}/${params.missingProperty}`, message: 'is required' };
  return { pointer: error.instancePath, message: error.message ?? 'is not valid' };
}

/** Larger content belongs into documents: it is kept outside the log. */
export const MOST_INLINE_BYTES = 65_536;
/** A command with all it holds; the event made of it must fit one message. */
export const MOST_COMMAND_BYTES = 524_288;

const bytesOf = (value: unknown): number => Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value));

/** What the schemas leave open: the free parts may take so many bytes, and a step has an agent unless it waits. */
function unsaid(verb: Verb, body: unknown): Problem | undefined {
  if (verb === 'ingest') {
    const { text } = body as Commands['ingest'];
    return text !== undefined && bytesOf(text) > MOST_INLINE_BYTES ? { pointer: '/text', ...TOO_LARGE } : undefined;
  }
  if (verb === 'set-policy')
    return bytesOf(body) > MOST_INLINE_BYTES ? { pointer: '', message: `has more than ${MOST_INLINE_BYTES} bytes` } : undefined;
  const [task, at] =
    verb === 'create-schedule'
      ? [(body as Commands['create-schedule']).task, '/task']
      : verb === 'submit'
        ? [body as Commands['submit'], '']
        : [];
  if (task === undefined) return undefined;
  const steps = task.plan?.steps ?? [];
  const idle = steps.findIndex((step) => step.agent === undefined && step.wait === undefined);
  if (idle >= 0) return { pointer: `${at}/plan/steps/${idle}/agent`, message: 'is required' };
  const large = steps.findIndex((step) => step.arguments !== undefined && bytesOf(step.arguments) > MOST_INLINE_BYTES);
  if (large >= 0) return { pointer: `${at}/plan/steps/${large}/arguments`, ...TOO_LARGE };
  return bytesOf(body) > MOST_COMMAND_BYTES ? { pointer: '', message: `has more than ${MOST_COMMAND_BYTES} bytes` } : undefined;
}

const TOO_LARGE = { message: `has more than ${MOST_INLINE_BYTES} bytes; put it into a document` };

/** Strict check of a command where it enters; the value is not changed. */
export function checkCommand<V extends Verb>(verb: V, body: unknown): Checked<Commands[V]> {
  const validate = validatorOf(verb);
  if (validate(body)) {
    const problem = unsaid(verb, body);
    return problem === undefined ? { value: body as Commands[V] } : { problems: [problem] };
  }
  return { problems: (validate.errors ?? []).map(problemOf) };
}

import type { ClassToken } from '@octobus/contracts';
import type { PositionTables } from '@octobus/postgres';

/** Where a task stands, in the words of the glossary. `received` and `expired` included: a filter may name any of them. */
export const TASK_STATES = [
  'received',
  'accepted',
  'rejected',
  'planning',
  'running',
  'waiting',
  'completed',
  'failed',
  'cancelled',
  'expired',
] as const;
export type TaskState = (typeof TASK_STATES)[number];

/** Times are RFC 3339 in UTC with milliseconds and say when the log stored the event. No column holds text of a person or a model. */
export interface TaskRow {
  tenant: string;
  id: string;
  state: TaskState;
  owner: string;
  data_subject: string;
  class: ClassToken;
  /** "submitted", "rules" or "model"; empty before there is a plan. */
  plan_origin: string;
  /** Steps of the plan, and how many of them have an outcome that succeeded. The engine's planning step is in neither. */
  steps_total: number;
  steps_done: number;
  /** Steps that wait; 0 when the task has ended. */
  waits_open: number;
  /** What recorded outcomes have cost; from the end on, what the task's end states. */
  spent_micro_usd: number;
  budget_micro_usd: number | null;
  failure_code: string | null;
  deadline: string | null;
  created_at: string;
  updated_at: string;
  ended_at: string | null;
  first_sequence: number;
  last_sequence: number;
}

export type AttemptState = 'open' | 'succeeded' | 'failed' | 'closed';

/** One attempt of one step. */
export interface TaskStepRow {
  tenant: string;
  task: string;
  step: string;
  attempt: number;
  arm: string;
  /** "name@version". */
  agent: string;
  class: ClassToken;
  state: AttemptState;
  scheduled_at: string;
  /** When its outcome or closing was stored. */
  done_at: string | null;
  /** As measured by the arm. */
  duration_ms: number | null;
  failure_code: string | null;
  note: string;
  first_sequence: number;
}

export interface TimelineRow {
  tenant: string;
  task: string;
  sequence: number;
  at: string;
  type: string;
  actor: string;
  step: string | null;
  attempt: number | null;
  arm: string | null;
  note: string;
}

/** `call`: known while the attempt runs; `outcome`: the complete list of an attempt that has an outcome, which replaces its calls in sums. */
export type UsageSource = 'call' | 'outcome';

export interface UsageRow {
  tenant: string;
  task: string;
  step: string;
  attempt: number;
  source: UsageSource;
  ordinal: number;
  model: string;
  price_version: string;
  input_tokens: number;
  output_tokens: number;
  cost_micro_usd: number;
  at: string;
}

export type DocumentState = 'received' | 'indexed' | 'refused';

/** The last version of a document that was asked for. Its name is content and is not here. */
export interface DocumentRow {
  tenant: string;
  id: string;
  /** The command that asked for it. */
  command: string;
  digest: string;
  size: number;
  media_type: string;
  owner: string;
  data_subject: string;
  state: DocumentState;
  failure_code: string | null;
  /** Chunks of the last version that was indexed, and the sequence of that fact; 0: none yet. */
  chunks: number;
  version_sequence: number;
  created_at: string;
  updated_at: string;
}

export interface ApiKeyRow {
  tenant: string;
  key_id: string;
  /** SHA-256 (hex) of the secret. */
  secret_digest: string;
  owner: string;
  scopes: string[];
  label: string;
  created_at: string;
  expires_at: string | null;
  revoked_at: string | null;
}

export interface TenantRow {
  name: string;
  created_at: string;
  first_sequence: number;
}

export const AUDIT_KINDS = ['request', 'denied', 'unauthenticated', 'rate-limited', 'blocked'] as const;
/** `request`: a call that was let in; `denied`: an authenticated one that was not; the others are counts of refusals. */
export type AuditKind = (typeof AUDIT_KINDS)[number];

/** One event that records a call or a refusal. */
export interface AuditRow {
  tenant: string;
  /** Of the event. */
  id: string;
  created_at: string;
  kind: AuditKind;
  /** The verb of a command, or method and route of a denial; empty for counts. */
  action: string;
  actor: string;
  /** Null in events of releases that did not know it. */
  origin: string | null;
  aggregate: string;
  /** Of the event that made the row. */
  aggregate_id: string;
  target: string | null;
  /** Why it was refused. */
  code: string | null;
  /** Whom a count is about. */
  source: string | null;
  count: number;
}

export interface ReadModelTables {
  tasks: TaskRow;
  task_steps: TaskStepRow;
  timeline: TimelineRow;
  usage: UsageRow;
  documents: DocumentRow;
  api_keys: ApiKeyRow;
  tenants: TenantRow;
  audit: AuditRow;
}

export type ReadModelDatabase = ReadModelTables & PositionTables;
export type TableName = keyof ReadModelTables;

/**
 * How rows are written: `merged` rows are read first and change with events; `once` rows are written by the first event that has them;
 * `appended` rows are one an event, so the position alone keeps them single.
 */
export type Writing = 'merged' | 'once' | 'appended';

interface TableShape<T extends TableName> {
  /** The primary key, in index order. */
  readonly key: readonly (keyof ReadModelTables[T])[];
  readonly writing: Writing;
}

export const TABLES = {
  tasks: { key: ['tenant', 'id'], writing: 'merged' },
  task_steps: { key: ['tenant', 'task', 'step', 'attempt'], writing: 'merged' },
  timeline: { key: ['tenant', 'task', 'sequence'], writing: 'appended' },
  usage: { key: ['tenant', 'task', 'step', 'attempt', 'source', 'ordinal'], writing: 'once' },
  documents: { key: ['tenant', 'id'], writing: 'merged' },
  api_keys: { key: ['tenant', 'key_id'], writing: 'merged' },
  tenants: { key: ['name'], writing: 'merged' },
  audit: { key: ['tenant', 'id'], writing: 'once' },
} as const satisfies { readonly [T in TableName]: TableShape<T> };

export const TABLE_NAMES = Object.keys(TABLES) as readonly TableName[];

/** The columns that name a row of a table. */
export type RowKey<T extends TableName> = Readonly<Pick<ReadModelTables[T], (typeof TABLES)[T]['key'][number] & keyof ReadModelTables[T]>>;

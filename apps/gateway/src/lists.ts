import type { MemoryDocumentsAnswer, MemoryDocumentsRequest } from '@octobus/contracts';
import {
  type AuditRow,
  type AuditSearch,
  type Cursor,
  type ReadModels,
  type TaskRow,
  type UsageSum,
  findTenant,
  listApiKeys,
  listTasks,
  parseCursor,
  searchAudit,
  usageByHour,
} from '@octobus/read-models';
import { type Instant, instantOf } from '@octobus/kernel';
import type { Page } from './http/page.ts';
import { RequestFault } from './problems/problem.ts';

export interface ListedKey {
  readonly keyId: string;
  readonly scopes: readonly string[];
  readonly label: string | null;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
}

type AskDocuments = (request: MemoryDocumentsRequest) => Promise<MemoryDocumentsAnswer>;

const WEEK_MS = 7 * 24 * 3_600_000;

/** What comes from Postgres and from the memory service: lists, each with the position it is as of. */
export class Lists {
  private readonly db: ReadModels;
  private readonly askDocuments: AskDocuments;
  private readonly clock: () => Instant;

  constructor(db: ReadModels, askDocuments: AskDocuments, clock: () => Instant) {
    this.db = db;
    this.askDocuments = askDocuments;
    this.clock = clock;
  }

  async tasks(tenant: string, page: Page): Promise<unknown> {
    const found = await listTasks(this.db, tenant, { limit: page.limit, after: afterOf(page.cursor), state: page.state });
    return {
      items: found.items.map(listedTask),
      ...(found.next === undefined ? {} : { nextCursor: found.next }),
      positions: found.positions,
    };
  }

  async keys(tenant: string): Promise<{ readonly items: readonly ListedKey[] }> {
    const { items, positions } = await listApiKeys(this.db, tenant);
    const keys = items.map((row) => ({
      keyId: row.key_id,
      scopes: row.scopes,
      label: row.label,
      createdAt: row.created_at,
      expiresAt: row.expires_at,
      revokedAt: row.revoked_at,
    }));
    return { items: keys, positions } as { items: readonly ListedKey[] };
  }

  tenantExists = async (name: string): Promise<boolean> => (await findTenant(this.db, name)) !== undefined;

  /** By id, at most 500 at once. */
  async documents(tenant: string, { limit, cursor }: Pick<Page, 'limit' | 'cursor'>): Promise<unknown> {
    const { items, sequence, next } = await this.askDocuments({ tenant, limit, ...(cursor === undefined ? {} : { after: cursor }) });
    return { items, sequence, ...(next === undefined ? {} : { nextCursor: next }) };
  }

  async audit(cursor: string | undefined, search: Omit<AuditSearch, 'after'>): Promise<unknown> {
    const { items, next, positions } = await searchAudit(this.db, { ...search, after: afterOf(cursor) });
    return { items: items.map(listedEntry), ...(next === undefined ? {} : { nextCursor: next }), positions };
  }

  /** Sums by model and hour of the last seven days. */
  async usage(tenant: string): Promise<unknown> {
    const now = this.clock();
    const { items, positions } = await usageByHour(this.db, tenant, instantOf(now - WEEK_MS), now);
    return { items: items.map(listedUsage), positions };
  }
}

function afterOf(cursor: string | undefined): Cursor | undefined {
  const after = cursor === undefined ? undefined : parseCursor(cursor);
  if (cursor === undefined || after !== undefined) return after;
  throw new RequestFault('command-invalid', 'the cursor is none of ours', { errors: [{ pointer: '?cursor', message: 'is not valid' }] });
}

function listedEntry(row: AuditRow): object {
  const { created_at: at, id, aggregate_id: _, ...entry } = row;
  return { at, id, ...entry };
}

const listedUsage = (sum: UsageSum): object => ({
  hour: sum.hour,
  model: sum.model,
  calls: sum.calls,
  inputTokens: sum.input_tokens,
  outputTokens: sum.output_tokens,
  costMicroUsd: String(sum.cost_micro_usd),
});

const listedTask = (row: TaskRow): object => ({
  id: row.id,
  state: row.state,
  owner: row.owner,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  endedAt: row.ended_at,
  stepsTotal: row.steps_total,
  stepsDone: row.steps_done,
  spentMicroUsd: String(row.spent_micro_usd),
  planOrigin: row.plan_origin,
  failureCode: row.failure_code,
});

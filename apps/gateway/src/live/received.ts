import { type AggregateAddress, facet, taskPrefix } from '@octobus/contracts';
import type { Verdicts } from './verdicts.ts';

/** A verdict that takes longer is waited for by nobody. */
const REMEMBERED_MS = 30_000;
const MOST = 10_000;

type Name = Pick<AggregateAddress, 'tenant' | 'id'>;

/** Tasks that were durably received here and whose verdict is late: whoever reads one waits for it, instead of hearing that there is no such task. */
export class Received {
  private readonly late = new Map<string, Promise<unknown>>();
  private readonly verdicts: Verdicts;

  constructor(verdicts: Verdicts) {
    this.verdicts = verdicts;
  }

  add({ tenant, id }: Name): void {
    const prefix = taskPrefix(tenant, id);
    if (this.late.has(prefix) || this.late.size >= MOST) return;
    const verdict = this.verdicts.expect(`${prefix}.${facet.request('submit', id)}`).within(REMEMBERED_MS);
    this.late.set(
      prefix,
      verdict.finally(() => this.late.delete(prefix)),
    );
  }

  /** Resolves when the task has been screened or is remembered no more; undefined when it is not waited for. */
  of({ tenant, id }: Name): Promise<unknown> | undefined {
    return this.late.get(taskPrefix(tenant, id));
  }
}

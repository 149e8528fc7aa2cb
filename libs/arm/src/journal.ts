import { type ContentSlotJson, type ModelUsageJson, clearSlot, partNamed } from '@octobus/contracts';
import type { RecordedEvent } from '@octobus/event-log';
import { Fault, type MicroUsd, NO_MONEY, isFault, parseMicroUsd, toWire } from '@octobus/kernel';
import type { Attempt } from './attempt.ts';
import type { Json, PaidAnswer, PaidCall } from './step-run.ts';

const EFFECTS = { none: 'EFFECT_NONE', idempotent: 'EFFECT_IDEMPOTENT', once: 'EFFECT_ONCE' } as const;

const jsonSlot = (value: Json): ContentSlotJson =>
  clearSlot([{ name: 'value', origin: 'ORIGIN_TOOL', mediaType: 'application/json', json: value as never }]);

const valueOf = <T extends Json>(slot: ContentSlotJson | undefined): T => (partNamed(slot, 'value')?.json ?? null) as T;

/** Sub-steps and paid calls of one attempt, recorded as they happen and replayed after a crash. */
export class Journal {
  readonly usage: ModelUsageJson[] = [];
  private notes = 0;
  private calls = 0;
  private spent: MicroUsd = NO_MONEY;
  private turn: Promise<unknown> = Promise.resolve();
  private readonly attempt: Attempt;
  private readonly budget: MicroUsd | undefined;
  /** True while the journal may hold something that this process has not written. */
  private replaying: boolean;

  constructor(attempt: Attempt, budget: MicroUsd | undefined, replaying: boolean) {
    this.attempt = attempt;
    this.budget = budget;
    this.replaying = replaying;
  }

  /** Reads what a predecessor wrote, so that the next append expects the right sequence. */
  async catchUp(): Promise<void> {
    if (!this.replaying) return;
    for (const read of [this.attempt.note, this.attempt.call, this.attempt.result]) {
      for (let k = 1; (await read(k)) !== undefined; k++);
    }
  }

  run<T extends Json>(name: string, work: () => Promise<T>): Promise<T> {
    return this.inTurn(async () => {
      const k = ++this.notes;
      const recorded = this.replaying ? await this.attempt.note(k) : undefined;
      if (recorded !== undefined) return replayed<T>(recorded, name, k);
      const value = await work();
      await this.attempt.appendNote(k, { type: 'task.step-noted.v1', data: { k, name, content: jsonSlot(value) } });
      return value;
    });
  }

  call<T extends Json>(call: PaidCall, work: () => Promise<PaidAnswer<T>>): Promise<T> {
    return this.inTurn(async () => {
      if (call.worstCase === 0 && call.effect !== 'once') return this.free(work);
      const earlier = await this.earlierResult<T>(call);
      if (earlier !== undefined) return earlier.value;
      return this.paid(call, work);
    });
  }

  private async free<T extends Json>(work: () => Promise<PaidAnswer<T>>): Promise<T> {
    const { value, usage } = await work();
    this.usage.push(usage);
    return value;
  }

  /** Walks over what was recorded: unresolved calls count at worst case, a recorded result is the answer. */
  private async earlierResult<T extends Json>(call: PaidCall): Promise<{ value: T } | undefined> {
    while (this.replaying) {
      const started = await this.attempt.call(this.calls + 1);
      if (started?.body.type !== 'task.call-started.v1') return undefined;
      const finished = await this.attempt.result(++this.calls);
      if (finished?.body.type === 'task.call-finished.v1' && finished.body.data.failure === undefined) {
        this.record(finished.body.data.usage ?? {});
        return { value: valueOf<T>(finished.body.data.content) };
      }
      const { name, priceVersion, worstCaseMicroUsd } = started.body.data;
      this.record({ model: name ?? '', priceVersion: priceVersion ?? '', costMicroUsd: worstCaseMicroUsd ?? '0' });
      if (finished === undefined && call.effect === 'once') {
        throw new Fault('call-unresolved', {
          retryable: false,
          message: `nobody knows whether the call of ${call.name} happened; a person has to look`,
        });
      }
    }
    return undefined;
  }

  private async paid<T extends Json>(call: PaidCall, work: () => Promise<PaidAnswer<T>>): Promise<T> {
    if (this.budget !== undefined && this.spent + call.worstCase > this.budget) {
      throw new Fault('budget-exceeded', {
        retryable: false,
        message: `the call of ${call.name} may cost ${call.worstCase} micro-dollars and ${this.budget - this.spent} are left`,
      });
    }
    const k = ++this.calls;
    const { kind, name, priceVersion } = call;
    await this.attempt.appendCall(k, {
      type: 'task.call-started.v1',
      data: { k, kind, name, priceVersion, worstCaseMicroUsd: toWire(call.worstCase), effect: EFFECTS[call.effect] },
    });
    return this.finish(k, call, work);
  }

  private async finish<T extends Json>(k: number, call: PaidCall, work: () => Promise<PaidAnswer<T>>): Promise<T> {
    let answer: PaidAnswer<T>;
    try {
      answer = await work();
    } catch (error) {
      this.record({ model: call.name, priceVersion: call.priceVersion, costMicroUsd: toWire(call.worstCase) });
      const failure = { code: isFault(error) ? error.code : 'defect', retryable: isFault(error) && error.retryable, message: '' };
      const usage = { model: call.name, priceVersion: call.priceVersion, costMicroUsd: toWire(call.worstCase) };
      await this.attempt.appendResult(k, { type: 'task.call-finished.v1', data: { k, failure, usage } });
      throw error;
    }
    this.record(answer.usage);
    await this.attempt.appendResult(k, {
      type: 'task.call-finished.v1',
      data: { k, usage: answer.usage, content: jsonSlot(answer.value) },
    });
    return answer.value;
  }

  private record(usage: ModelUsageJson): void {
    this.usage.push(usage);
    this.spent = (this.spent + (parseMicroUsd(usage.costMicroUsd) ?? 0)) as MicroUsd;
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const run = this.turn.then(work);
    this.turn = run.catch(() => undefined);
    return run;
  }
}

function replayed<T extends Json>(recorded: RecordedEvent, name: string, k: number): T {
  if (recorded.body.type !== 'task.step-noted.v1' || recorded.body.data.name !== name) {
    throw new Fault('journal-mismatch', { retryable: false, message: `sub-step ${k} was recorded under another name than "${name}"` });
  }
  return valueOf<T>(recorded.body.data.content);
}

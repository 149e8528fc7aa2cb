import { AsyncLocalStorage } from 'node:async_hooks';
import { type ContentSlotJson, type EventOf, type ModelUsageJson, clearSlot, partNamed } from '@octobus/contracts';
import { Fault, type MicroUsd, isFault, toWire } from '@octobus/kernel';
import type { Attempt } from './attempt.ts';
import { Bill, type BillLine, type EarlierCall, failureIn, finalFault, unresolved, usageOf, worstCaseOf } from './calls.ts';
import type { Json, PaidAnswer, PaidCall } from './step-run.ts';

const EFFECTS = { none: 'EFFECT_NONE', idempotent: 'EFFECT_IDEMPOTENT', once: 'EFFECT_ONCE' } as const;

type Note = EventOf<'task.step-noted.v1'>['data'];

/** How a sub-step ended: with a value, or with a fault that trying again can't change. */
type Settled<T> = { readonly value: T } | { readonly fault: Fault };

/** A call that must not be made twice. */
interface Once {
  readonly name: string;
  /** Whether it is known to have happened or not to have happened. */
  resolved: boolean;
}

/** A call that has been recorded as begun. */
interface OpenCall {
  readonly k: number;
  readonly call: PaidCall;
  readonly line: BillLine;
  readonly once: Once;
}

const jsonSlot = (value: unknown, name = 'value'): ContentSlotJson =>
  clearSlot([{ name, origin: 'ORIGIN_TOOL', mediaType: 'application/json', json: value as never }]);

const valueOf = <T extends Json>(slot: ContentSlotJson | undefined): T => (partNamed(slot, 'value')?.json ?? null) as T;

const journals = new AsyncLocalStorage<Journal>();

/** Sub-steps and paid calls of one attempt, recorded as they happen and replayed after a crash. */
export class Journal {
  private readonly bill = new Bill();
  private readonly attempt: Attempt;
  private readonly budget: MicroUsd | undefined;
  /** True while the log may hold something that this process has not written. */
  private readonly replaying: boolean;
  private readonly earlierNotes: Note[] = [];
  private readonly earlierCalls: EarlierCall[] = [];
  private readonly onces: Once[] = [];
  /** Places taken so far. A place counts when it is recorded: a gap would hide what lies behind it from the next replay. */
  private notes = 0;
  private calls = 0;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(attempt: Attempt, budget: MicroUsd | undefined, replaying: boolean) {
    this.attempt = attempt;
    this.budget = budget;
    this.replaying = replaying;
  }

  /** What the attempt has cost until now, calls under way at their worst case. */
  get usage(): ModelUsageJson[] {
    return this.bill.usage;
  }

  /** Name of a `once` call that may or may not have happened. */
  get unresolvedOnce(): string | undefined {
    return this.onces.find((once) => !once.resolved)?.name;
  }

  /** Whether anything was begun that must not be done twice. */
  get actedOnce(): boolean {
    return this.onces.length > 0;
  }

  /** Reads all that a predecessor wrote: the next append expects the last sequence, and what was spent counts whether it is asked for again or not. */
  async catchUp(): Promise<void> {
    if (!this.replaying) return;
    await Promise.all([this.readNotes(), this.readCalls()]);
  }

  private async readNotes(): Promise<void> {
    for (let k = 1; ; k++) {
      const event = await this.attempt.note(k);
      if (event?.body.type !== 'task.step-noted.v1') return;
      this.earlierNotes.push(event.body.data);
    }
  }

  private async readCalls(): Promise<void> {
    for (let k = 1; ; k++) {
      const [start, end] = await Promise.all([this.attempt.call(k), this.attempt.result(k)]);
      if (start?.body.type !== 'task.call-started.v1') return;
      const finished = end?.body.type === 'task.call-finished.v1' ? end.body.data : undefined;
      const earlier = { started: start.body.data, finished };
      this.earlierCalls.push(earlier);
      this.bill.add(usageOf(earlier));
      if (earlier.started.effect === EFFECTS.once) {
        const resolved = finished !== undefined && (finished.failure === undefined || finalFault(finished.failure) !== undefined);
        this.onces.push({ name: earlier.started.name ?? '', resolved });
      }
    }
  }

  run<T extends Json>(name: string, work: () => Promise<T>): Promise<T> {
    return this.inTurn(async () => {
      const k = this.notes + 1;
      const recorded = this.earlierNotes[k - 1];
      const settled = recorded === undefined ? await this.note(k, name, work) : replayed<T>(recorded, name, k);
      this.notes = k;
      if ('fault' in settled) throw settled.fault;
      return settled.value;
    });
  }

  private async note<T extends Json>(k: number, name: string, work: () => Promise<T>): Promise<Settled<T>> {
    this.attempt.assertUnsealed();
    const settled = await settle(work);
    const content = 'value' in settled ? jsonSlot(settled.value) : jsonSlot(failureIn(settled.fault), 'failure');
    await this.attempt.appendNote(k, { type: 'task.step-noted.v1', data: { k, name, content } });
    return settled;
  }

  call<T extends Json>(call: PaidCall, work: () => Promise<PaidAnswer<T>>): Promise<T> {
    return this.inTurn(async () => {
      if (call.worstCase === 0 && call.effect !== 'once') return this.free(work);
      const earlier = this.earlierAnswer<T>(call);
      return earlier === undefined ? this.paid(call, work) : earlier.value;
    });
  }

  private async free<T extends Json>(work: () => Promise<PaidAnswer<T>>): Promise<T> {
    const { value, usage } = await work();
    this.bill.add(usage);
    return value;
  }

  /** Walks over what was recorded: an answer is the answer, a final failure fails again, what is unresolved is passed by unless it must not be repeated. */
  private earlierAnswer<T extends Json>(call: PaidCall): { value: T } | undefined {
    while (this.calls < this.earlierCalls.length) {
      const { started, finished } = this.earlierCalls[this.calls++] as EarlierCall;
      const fault = finalFault(finished?.failure);
      if (fault !== undefined) throw fault;
      if (finished !== undefined && finished.failure === undefined) {
        if (started.name !== call.name || started.kind !== call.kind) throw mismatch(`call ${this.calls}`, call.name);
        return { value: valueOf<T>(finished.content) };
      }
      if (started.effect === EFFECTS.once) throw unresolved(started.name ?? '');
    }
    return undefined;
  }

  private async paid<T extends Json>(call: PaidCall, work: () => Promise<PaidAnswer<T>>): Promise<T> {
    this.attempt.assertUnsealed();
    this.assertAffordable(call);
    const k = this.calls + 1;
    const { kind, name, priceVersion } = call;
    const open: OpenCall = { k, call, line: this.bill.add(worstCaseOf(call)), once: { name, resolved: false } };
    if (call.effect === 'once') this.onces.push(open.once);
    await this.attempt.appendCall(k, {
      type: 'task.call-started.v1',
      data: { k, kind, name, priceVersion, worstCaseMicroUsd: toWire(call.worstCase), effect: EFFECTS[call.effect] },
    });
    this.calls = k;
    this.attempt.assertUnsealed();
    return this.finish(open, work);
  }

  private assertAffordable(call: PaidCall): void {
    const left = this.budget === undefined ? undefined : this.budget - this.bill.spent;
    if (left === undefined || call.worstCase <= left) return;
    throw new Fault('budget-exceeded', {
      retryable: false,
      message: `the call of ${call.name} may cost ${call.worstCase} micro-dollars and ${left} are left`,
    });
  }

  private async finish<T extends Json>({ k, call, line, once }: OpenCall, work: () => Promise<PaidAnswer<T>>): Promise<T> {
    let answer: PaidAnswer<T>;
    try {
      answer = await work();
    } catch (error) {
      const data = { k, failure: failureIn(error), usage: line.usage };
      await this.attempt.appendResult(k, { type: 'task.call-finished.v1', data });
      once.resolved = finalFault(data.failure) !== undefined;
      throw once.resolved || call.effect !== 'once' ? error : unresolved(call.name, error);
    }
    line.usage = answer.usage;
    const data = { k, usage: answer.usage, content: jsonSlot(answer.value) };
    await this.attempt.appendResult(k, { type: 'task.call-finished.v1', data });
    once.resolved = true;
    return answer.value;
  }

  /** One after another, in the order asked for. Inside of one another they would wait for each other, and a replay couldn't tell them apart. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (journals.getStore() === this) return Promise.reject(nested());
    const run = this.turn.then(() => journals.run(this, work));
    this.turn = run.catch(() => undefined);
    return run;
  }
}

async function settle<T>(work: () => Promise<T>): Promise<Settled<T>> {
  try {
    return { value: await work() };
  } catch (error) {
    if (isFault(error) && !error.retryable) return { fault: error };
    throw error;
  }
}

function replayed<T extends Json>(note: Note, name: string, k: number): Settled<T> {
  if (note.name !== name) throw mismatch(`sub-step ${k}`, name);
  const failure = partNamed(note.content, 'failure')?.json as Parameters<typeof finalFault>[0];
  const fault = finalFault(failure);
  return fault === undefined ? { value: valueOf<T>(note.content) } : { fault };
}

const mismatch = (place: string, name: string): Fault =>
  new Fault('journal-mismatch', { retryable: false, message: `${place} was recorded under another name than "${name}"` });

const nested = (): Error => new Error('a journalled sub-step or call was begun inside of another one');

import { type After, bySystemTimer } from '@octobus/event-log';
import { AsyncLocalStorage } from 'node:async_hooks';
import { type ContentSlotJson, type ModelUsageJson, clearSlot, partNamed } from '@octobus/contracts';
import { Fault, type MicroUsd, toWire } from '@octobus/kernel';
import type { Attempt } from './attempt.ts';
import { Bill, type BillLine, type EarlierCall, failureIn, finalFault, unresolved, usageOf, worstCaseOf } from './calls.ts';
import { type SubStep, noteOf, settle, subStepsOf } from './notes.ts';
import type { Json, PaidAnswer, PaidCall, SubStepEffect } from './step-run.ts';

const EFFECTS = { none: 'EFFECT_NONE', idempotent: 'EFFECT_IDEMPOTENT', once: 'EFFECT_ONCE' } as const;

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

const jsonSlot = (value: unknown): ContentSlotJson =>
  clearSlot([{ name: 'value', origin: 'ORIGIN_TOOL', mediaType: 'application/json', json: value as never }]);

const valueOf = <T extends Json>(slot: ContentSlotJson | undefined): T => (partNamed(slot, 'value')?.json ?? null) as T;

/** Results of sub-steps without effect wait no longer than this to be recorded together, and never in a larger event. */
const MOST_HELD = { ms: 20, subSteps: 100, bytes: 64 * 1024 } as const;

const journals = new AsyncLocalStorage<Journal>();

/** Sub-steps and paid calls of one attempt, recorded as they happen and replayed after a crash. */
export class Journal {
  private readonly bill = new Bill();
  private readonly attempt: Attempt;
  private readonly budget: MicroUsd | undefined;
  /** True while the log may hold something that this process has not written. */
  private readonly replaying: boolean;
  private readonly earlier: SubStep[] = [];
  private readonly earlierCalls: EarlierCall[] = [];
  private readonly onces: Once[] = [];
  /** Places taken so far. A place counts when it is recorded: a gap would hide what lies behind it from the next replay. */
  private notes = 0;
  private calls = 0;
  /** Sub-steps without effect that are not recorded yet, behind those that are. */
  private held: (SubStep & { readonly bytes: number })[] = [];
  private endTimer: (() => void) | undefined;
  private readonly after: After;
  private recording: Promise<void> = Promise.resolve();
  private turn: Promise<unknown> = Promise.resolve();

  constructor(attempt: Attempt, budget: MicroUsd | undefined, replaying: boolean, after: After = bySystemTimer) {
    this.after = after;
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
    this.attempt.assertWhole();
  }

  private async readNotes(): Promise<void> {
    for (;;) {
      const event = await this.attempt.note(this.earlier.length + 1);
      if (event?.body.type !== 'task.step-noted.v1') return;
      this.earlier.push(...subStepsOf(event.body.data));
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

  run<T extends Json>(name: string, work: () => Promise<T>, effect: SubStepEffect): Promise<T> {
    return this.inTurn(async () => {
      const { settled } = this.replayed(name) ?? (await this.perform(name, work, effect));
      if ('fault' in settled) throw settled.fault;
      return settled.value as T;
    });
  }

  private replayed(name: string): SubStep | undefined {
    const recorded = this.earlier[this.notes];
    if (recorded === undefined) return undefined;
    this.notes++;
    if (recorded.name !== name) throw mismatch(`sub-step ${this.notes}`, name);
    return recorded;
  }

  private async perform(name: string, work: () => Promise<Json>, effect: SubStepEffect): Promise<SubStep> {
    if (effect === 'any') await this.record();
    this.attempt.assertUnsealed();
    const ended: SubStep = { name, settled: await settle(work) };
    if (effect === 'none') await this.hold(ended);
    else await this.append([ended], false);
    return ended;
  }

  /** Recorded a little later, unless there is much already. */
  private async hold(ended: SubStep): Promise<void> {
    this.held.push({ ...ended, bytes: sizeOf(ended) });
    if (this.held.length >= MOST_HELD.subSteps || sum(this.held.map(({ bytes }) => bytes)) >= MOST_HELD.bytes) return this.record();
    // A failure shows at the next append, which meets what this one met.
    this.endTimer ??= this.after(MOST_HELD.ms, () => void this.record().catch(() => undefined));
  }

  /** Records what is held, in one event. `last`: nothing but the outcome comes after it. */
  record(last = false): Promise<void> {
    this.endTimer?.();
    this.endTimer = undefined;
    const run = this.recording.then(async () => {
      const held = [...this.held];
      if (held.length === 0) return;
      await this.append(held, last);
      this.held.splice(0, held.length);
    });
    this.recording = run.catch(() => undefined);
    return run;
  }

  private async append(ended: readonly SubStep[], last: boolean): Promise<void> {
    const k = this.notes + 1;
    await this.attempt.appendNote(k, { type: 'task.step-noted.v1', data: noteOf(k, ended) }, last);
    this.notes += ended.length;
  }

  /** Lets go of what is held: the attempt takes nothing more, or starts again from what is recorded. */
  drop(): void {
    this.endTimer?.();
    this.held = [];
  }

  call<T extends Json>(call: PaidCall, work: () => Promise<PaidAnswer<T>>): Promise<T> {
    return this.inTurn(async () => {
      if (call.worstCase > 0 || call.effect !== 'none') await this.record();
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

const sizeOf = ({ name, settled }: SubStep): number =>
  name.length + ('value' in settled ? (JSON.stringify(settled.value)?.length ?? 0) : settled.fault.message.length);
const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

const mismatch = (place: string, name: string): Fault =>
  new Fault('journal-mismatch', { retryable: false, message: `${place} was recorded under another name than "${name}"` });

const nested = (): Error => new Error('a journalled sub-step or call was begun inside of another one');

import { type EventBody, facet, scope } from '@octobus/contracts';
import type { EventLog, NewEvent, RecordedEvent } from '@octobus/event-log';
import { Fault } from '@octobus/kernel';
import type { Dispatch } from './dispatch.ts';

/** The scope of one attempt in the log: every append carries the sequence of the one before, so that nothing comes after an outcome or a closing. */
export class Attempt {
  private last = 0;
  private sealed = false;
  private tail: Promise<unknown> = Promise.resolve();
  private readonly filter: string;
  private readonly arm: string;
  private readonly step: string;
  private readonly n: number;
  private readonly log: EventLog;
  private readonly dispatch: Dispatch;
  private readonly envelope: (body: EventBody) => NewEvent['envelope'];

  constructor(log: EventLog, dispatch: Dispatch, envelope: (body: EventBody) => NewEvent['envelope']) {
    this.log = log;
    this.dispatch = dispatch;
    this.envelope = envelope;
    this.arm = dispatch.scheduled.arm ?? '';
    this.step = dispatch.scheduled.step ?? '';
    this.n = dispatch.scheduled.attempt ?? 0;
    this.filter = scope.attempt(dispatch.prefix, this.arm, this.step, this.n);
  }

  /** Whether the attempt may still be worked on. What it sees doesn't count as read: after an outcome or a closing every append must be refused. */
  async isOpen(): Promise<boolean> {
    const ends = await Promise.all([
      this.look(facet.done(this.arm, this.step, this.n)),
      this.look(facet.closed(this.arm, this.step, this.n)),
    ]);
    return ends.every((event) => event === undefined);
  }

  note = (k: number): Promise<RecordedEvent | undefined> => this.read(facet.note(this.arm, this.step, this.n, k));
  call = (k: number): Promise<RecordedEvent | undefined> => this.read(facet.call(this.arm, this.step, this.n, k));
  result = (k: number): Promise<RecordedEvent | undefined> => this.read(facet.result(this.arm, this.step, this.n, k));

  /** `last`: it was done before the attempt was sealed. */
  appendNote = (k: number, body: EventBody, last = false): Promise<void> =>
    this.append(facet.note(this.arm, this.step, this.n, k), body, last);
  appendCall = (k: number, body: EventBody): Promise<void> => this.append(facet.call(this.arm, this.step, this.n, k), body);
  appendResult = (k: number, body: EventBody): Promise<void> => this.append(facet.result(this.arm, this.step, this.n, k), body);

  appendDone(body: EventBody): Promise<void> {
    this.seal();
    return this.append(facet.done(this.arm, this.step, this.n), body, true);
  }

  /** From now on only an outcome is taken: a worker that doesn't listen to its signal can't begin another call. */
  seal(): void {
    this.sealed = true;
  }

  /** Fault `attempt-closed` when the attempt takes nothing more. */
  assertUnsealed(): void {
    if (this.sealed) throw new Fault('attempt-closed', { retryable: false, message: 'the attempt takes nothing more' });
  }

  /** Outputs of another attempt of the same task. */
  async outcome(arm: string, step: string, n: number): Promise<RecordedEvent | undefined> {
    return this.look(facet.done(arm, step, n));
  }

  private look(place: string): Promise<RecordedEvent | undefined> {
    return this.log.last(`${this.dispatch.prefix}.${place}`);
  }

  private async read(place: string): Promise<RecordedEvent | undefined> {
    const event = await this.look(place);
    if (event !== undefined) this.last = Math.max(this.last, event.sequence);
    return event;
  }

  /** One append at a time. Fault `attempt-moved` (retryable): the scope holds more than this worker has read. */
  private append(place: string, body: EventBody, late = false): Promise<void> {
    const run = this.tail.then(async () => {
      if (!late) this.assertUnsealed();
      const event: NewEvent = { subject: `${this.dispatch.prefix}.${place}`, envelope: this.envelope(body), body };
      const appended = await this.log.append(event, { filter: this.filter, sequence: this.last });
      if ('conflict' in appended) {
        throw new Fault('attempt-moved', {
          retryable: true,
          message: `attempt ${this.n} of step ${this.step} was written by somebody else`,
        });
      }
      this.last = appended.sequence;
    });
    this.tail = run.catch(() => undefined);
    return run;
  }
}

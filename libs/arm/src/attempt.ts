import { type EventBody, facet, scope } from '@octobus/contracts';
import type { EventLog, NewEvent, RecordedEvent } from '@octobus/event-log';
import { Fault } from '@octobus/kernel';
import type { Dispatch } from './dispatch.ts';

/**
 * The scope of one attempt in the log: every append carries the sequence of the one before, so that nothing comes after an outcome or a closing. What is
 * journalled names the event before it as its cause, the first one the dispatch: so a reader knows whether it has been shown everything.
 */
export class Attempt {
  private last = 0;
  private previous: string;
  private readonly seen: RecordedEvent[] = [];
  private sealed = false;
  private tail: Promise<unknown> = Promise.resolve();
  private readonly filter: string;
  private readonly arm: string;
  private readonly step: string;
  private readonly n: number;
  private readonly log: EventLog;
  private readonly dispatch: Dispatch;
  private readonly envelope: (body: EventBody, causation: string) => NewEvent['envelope'];

  constructor(log: EventLog, dispatch: Dispatch, envelope: (body: EventBody, causation: string) => NewEvent['envelope']) {
    this.log = log;
    this.dispatch = dispatch;
    this.previous = dispatch.id;
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

  /**
   * Fault `attempt-moved` (retryable): of what was read something is missing in between. On a cluster a server that is behind may answer one question of
   * several; what it hides would be done again, under an expectation that fits. Events of earlier releases all name the dispatch, and prove nothing.
   */
  assertWhole(): void {
    let previous = this.dispatch.id;
    for (const { envelope } of this.seen.toSorted((a, b) => a.sequence - b.sequence)) {
      if (envelope.causation !== previous && envelope.causation !== this.dispatch.id)
        throw moved(this.n, this.step, 'is not shown as a whole yet');
      previous = envelope.id;
    }
    this.previous = previous;
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
    if (event === undefined) return undefined;
    this.last = Math.max(this.last, event.sequence);
    this.seen.push(event);
    return event;
  }

  /** One append at a time. Fault `attempt-moved` (retryable): the scope holds more than this worker has read. */
  private append(place: string, body: EventBody, late = false): Promise<void> {
    const run = this.tail.then(async () => {
      if (!late) this.assertUnsealed();
      const causation = body.type === 'task.step-done.v1' ? this.dispatch.id : this.previous;
      const event: NewEvent = { subject: `${this.dispatch.prefix}.${place}`, envelope: this.envelope(body, causation), body };
      const appended = await this.log.append(event, { filter: this.filter, sequence: this.last });
      if ('conflict' in appended) throw moved(this.n, this.step, 'was written by somebody else');
      this.last = appended.sequence;
      this.previous = event.envelope.id;
    });
    this.tail = run.catch(() => undefined);
    return run;
  }
}

const moved = (attempt: number, step: string, how: string): Fault =>
  new Fault('attempt-moved', { retryable: true, message: `attempt ${attempt} of step ${step} ${how}` });

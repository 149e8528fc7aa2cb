import {
  type ContentPartJson,
  type Envelope,
  type EventBody,
  type StepFailureJson,
  argumentsName,
  clearSlot,
  facet,
  instructionName,
  isSealed,
  partNamed,
  partsOf,
  scope,
} from '@octobus/contracts';
import { type After, type Delivery, type EventLog, assertKnownVersion, bySystemTimer } from '@octobus/event-log';
import {
  Fault,
  type Instant,
  type MicroUsd,
  NO_MONEY,
  formatInstant,
  isFault,
  milliseconds,
  parseInstant,
  parseMicroUsd,
  uuidv7,
} from '@octobus/kernel';
import { SEALING_FAULTS, type Sealing } from '@octobus/sealing';
import { type Logger, type RandomBytes, type Tracing, randomBytesPooled } from '@octobus/telemetry';
import { Attempt } from './attempt.ts';
import { unresolved } from './calls.ts';
import { Closings } from './closings.ts';
import { type Dispatch, dispatchOf } from './dispatch.ts';
import { Journal } from './journal.ts';
import type { Grant, Json, StepInput, StepResult, StepRun, Worker } from './step-run.ts';

type StepOutcome = { readonly result: StepResult } | { readonly failure: StepFailureJson };

/** One delivery at work on its attempt. */
interface Work {
  readonly delivery: Delivery;
  readonly dispatch: Dispatch;
  readonly attempt: Attempt;
  readonly control: AbortController;
  readonly traceparent: string | undefined;
}

export interface ArmOptions {
  readonly log: EventLog;
  readonly sealing: Sealing;
  readonly worker: Worker;
  readonly logger: Logger;
  readonly tracing: Tracing;
  readonly clock: () => Instant;
  /** Of event ids; without: the system's. */
  readonly random?: RandomBytes;
  /** Without: the system's timers. */
  readonly after?: After;
}

/**
 * Takes dispatches of one arm: checks that the attempt is open, runs the worker, records the one outcome.
 * Executed at least once, recorded exactly once: a second outcome is refused by the attempt's scope.
 */
export class ArmHandler {
  private readonly running = new Map<string, AbortController>();
  private readonly closings = new Closings();
  private readonly hosts = new WeakSet<AbortSignal>();
  private readonly options: ArmOptions;
  private readonly sealing: Sealing;

  constructor(options: ArmOptions) {
    this.options = options;
    this.sealing = options.sealing;
  }

  /** Retryable faults are thrown, so that the dispatch comes again; everything else becomes the step's outcome. */
  async handle(delivery: Delivery): Promise<void> {
    assertKnownVersion(delivery.event);
    const dispatch = dispatchOf(delivery.event);
    if (dispatch === undefined) throw new Error('a dispatch that names no step');
    const name = `${this.options.worker.arm} ${dispatch.scheduled.step}`;
    const attributes = { 'octobus.task': dispatch.task, 'octobus.attempt': dispatch.scheduled.attempt ?? 0 };
    await this.options.tracing.span(name, delivery.event.envelope.traceparent, { kind: 'consumer', attributes }, (traceparent) =>
      this.attempt(delivery, dispatch, traceparent),
    );
  }

  /** For a dispatch that was given up on: the step fails, so that its task doesn't hang. */
  async giveUp(delivery: Delivery, code: string): Promise<void> {
    const dispatch = dispatchOf(delivery.event);
    if (dispatch === undefined) return;
    const attempt = this.open(delivery, dispatch, delivery.event.envelope.traceparent);
    const journal = new Journal(attempt, undefined, true);
    // The vault gives keys to open attempts alone.
    if (!(await attempt.isOpen())) return;
    await journal.catchUp();
    const failure = { code, retryable: false, message: `given up after ${delivery.deliveries} deliveries` };
    await this.record(dispatch, attempt, journal, 0, { failure });
  }

  /** A closing was seen on the live feed: whoever works on that attempt stops. */
  closed(subject: string): void {
    const key = subject.replace(/\.closed$/, '.>');
    this.closings.hears(key);
    this.running.get(key)?.abort(new Fault('attempt-closed', { retryable: false, message: 'the attempt was closed' }));
  }

  /** The live feed of closings has begun, or begun again after it may have missed some. */
  listening(): void {
    this.closings.hearsSince(this.options.clock());
  }

  private async attempt(delivery: Delivery, dispatch: Dispatch, traceparent: string | undefined): Promise<void> {
    const attempt = this.open(delivery, dispatch, traceparent);
    const control = new AbortController();
    const key = scopeKey(dispatch);
    this.running.set(key, control);
    this.endWith(delivery.signal, control);
    try {
      if (!(await this.mayBegin(delivery, attempt, key))) return;
      await this.perform({ delivery, dispatch: await this.readable(delivery, dispatch), attempt, control, traceparent });
    } catch (error) {
      if (!isFault(error, SEALING_FAULTS.refused) || (await attempt.isOpen())) throw error;
    } finally {
      if (this.running.get(key) === control) this.running.delete(key);
    }
  }

  /** The dispatch with its content in the clear. Fault `subject-erased`, which becomes the outcome. */
  private async readable({ event }: Delivery, dispatch: Dispatch): Promise<Dispatch> {
    if (!isSealed(dispatch.content)) return dispatch;
    const opened = dispatchOf(await this.sealing.opened(event, { dispatch: event.subject })) ?? dispatch;
    if (!isSealed(opened.content)) return opened;
    throw erased();
  }

  /** One listener a host: `AbortSignal.any` for each attempt would gather dependants on a signal that lives as long as the service. */
  private endWith(host: AbortSignal, control: AbortController): void {
    if (host.aborted) control.abort(host.reason);
    if (this.hosts.has(host)) return;
    this.hosts.add(host);
    const end = (): void => {
      for (const one of this.running.values()) one.abort(host.reason);
    };
    host.addEventListener('abort', end, { once: true });
  }

  /**
   * In the log of an attempt that is delivered for the first time can be a closing, which would have been heard, and, when the server has forgotten its
   * counts in a crash, what an earlier delivery wrote: then the first append is refused, before any paid or effectful call.
   */
  private async mayBegin({ deliveries, event }: Delivery, attempt: Attempt, key: string): Promise<boolean> {
    const closed = deliveries === 1 ? this.closings.of(key, event.storedAt) : undefined;
    return closed === undefined ? attempt.isOpen() : !closed;
  }

  private async perform(work: Work): Promise<void> {
    const { delivery, dispatch, attempt } = work;
    const grant = grantOf(dispatch);
    const journal = new Journal(attempt, grant.budget, delivery.deliveries > 1, this.options.after);
    await journal.catchUp();
    const began = this.options.clock();
    try {
      const outcome = await this.outcomeOf(work, grant, journal);
      if (outcome === undefined) return;
      await journal.record(true);
      await this.record(dispatch, attempt, journal, this.options.clock() - began, outcome);
    } catch (error) {
      if (isFault(error, 'attempt-moved') && !(await attempt.isOpen())) return;
      throw error;
    } finally {
      journal.drop();
    }
  }

  /** Undefined: the attempt was closed meanwhile, nothing is to be recorded. */
  private async outcomeOf(work: Work, grant: Grant, journal: Journal): Promise<StepOutcome | undefined> {
    const { dispatch, attempt, control, traceparent } = work;
    const endExpiry = expireIn(timeLeft(grant, this.options.clock()), control, this.options.after ?? bySystemTimer);
    try {
      const run = stepRun(dispatch, grant, attempt, journal, control.signal, traceparent);
      return { result: await abortable(control.signal, () => this.options.worker.perform(run)) };
    } catch (error) {
      if (isFault(error, 'attempt-closed')) return undefined;
      return { failure: settled(this.failureOf(error), journal) };
    } finally {
      attempt.seal();
      endExpiry();
    }
  }

  private failureOf(error: unknown): StepFailureJson {
    if (!isFault(error)) throw error;
    if (error.code === 'step-timeout') return { code: error.code, retryable: true, message: error.message };
    if (error.retryable) throw error;
    return { code: error.code, retryable: false, message: error.message };
  }

  private async record(dispatch: Dispatch, attempt: Attempt, journal: Journal, durationMs: number, outcome: StepOutcome): Promise<void> {
    await attempt.appendDone(doneEvent(dispatch, journal, durationMs, outcome));
    const { step, attempt: n } = dispatch.scheduled;
    const failure = 'failure' in outcome ? { failure: outcome.failure.code } : {};
    this.options.logger.info({ task: dispatch.task, step, attempt: n, durationMs: Math.round(durationMs), ...failure }, 'step ended');
  }

  private open({ event }: Delivery, dispatch: Dispatch, traceparent: string | undefined): Attempt {
    const { clock, worker } = this.options;
    const {
      subject,
      envelope: { dataSubject },
    } = event;
    const envelope = (body: EventBody, causation: string): Envelope => ({
      id: uuidv7(clock(), (this.options.random ?? randomBytesPooled)(16)),
      type: body.type,
      source: `octobus/arm-${worker.arm}`,
      time: formatInstant(clock()),
      correlation: dispatch.task,
      causation,
      actor: `arm-${worker.arm}`,
      ...(traceparent === undefined ? {} : { traceparent }),
      ...(dataSubject === undefined ? {} : { dataSubject }),
    });
    // Of its own outcome it asks only whether it is there; the vault gives no key for an attempt that has one.
    const { step = '', attempt = 0 } = dispatch.scheduled;
    const outcome = `${dispatch.prefix}.${facet.done(worker.arm, step, attempt)}`;
    const log = this.sealing.around(this.options.log, { dispatch: subject, wanted: (event) => event.subject !== outcome });
    return new Attempt(log, dispatch, envelope);
  }
}

function doneEvent(dispatch: Dispatch, journal: Journal, durationMs: number, outcome: StepOutcome): EventBody {
  const { step = '', attempt = 0, arm = '', agent = '', prompt = '' } = dispatch.scheduled;
  const about = { step, attempt, arm, agent, prompt, usage: journal.usage, durationMs: Math.max(0, Math.round(durationMs)) };
  if ('failure' in outcome) return { type: 'task.step-done.v1', data: { ...about, failure: outcome.failure } };
  const { parts, note, plan } = outcome.result;
  const data = { ...about, ...(note === undefined ? {} : { note }), ...(plan === undefined ? {} : { plan }), content: clearSlot(parts) };
  return { type: 'task.step-done.v1', data };
}

/** A new attempt knows nothing of this one's journal: after a call that must not be made twice there is none. */
function settled(failure: StepFailureJson, journal: Journal): StepFailureJson {
  const name = journal.unresolvedOnce;
  if (name === undefined) return journal.actedOnce ? { ...failure, retryable: false } : failure;
  const { code, message } = unresolved(name);
  return { code, retryable: false, message };
}

/** Milliseconds until the grant has expired, within what a timer can hold; one more, since a timer may be early by that much. */
function timeLeft({ expiresAt, timeout }: Grant, now: Instant): number {
  const most = 2 ** 31 - 1;
  return Math.min(most, timeout ?? most, expiresAt === undefined ? most : expiresAt - now + 1);
}

/** At once, when the time is over already: the worker isn't begun. */
function expireIn(ms: number, control: AbortController, after: After): () => void {
  if (ms > 1) return after(ms, () => control.abort(timeout()));
  control.abort(timeout());
  return () => undefined;
}

const erased = (): Fault => new Fault(SEALING_FAULTS.erased, { retryable: false, message: 'the person whom the task is about was erased' });

const timeout = (): Fault => new Fault('step-timeout', { retryable: true, message: 'the step took longer than its grant allows' });

const scopeKey = ({ prefix, scheduled }: Dispatch): string =>
  scope.attempt(prefix, scheduled.arm ?? '', scheduled.step ?? '', scheduled.attempt ?? 0);

function grantOf({ scheduled }: Dispatch): Grant {
  return {
    budget: budgetOf(scheduled.grant?.budgetMicroUsd),
    documentIds: scheduled.grant?.documentIds ?? [],
    expiresAt: parseInstant(scheduled.grant?.expiresAt ?? ''),
    timeout: scheduled.grant?.timeoutMs ? milliseconds(scheduled.grant.timeoutMs) : undefined,
  };
}

/** Absent: no bound. An amount that can't be read grants nothing. */
const budgetOf = (wire: string | undefined): MicroUsd | undefined => (wire === undefined ? undefined : (parseMicroUsd(wire) ?? NO_MONEY));

/** Ends with the signal's reason even when the work doesn't listen. */
async function abortable<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () =>
      reject(signal.reason instanceof Error ? signal.reason : new Fault('stopping', { retryable: true, message: 'the service stops' }));
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work(), aborted]);
  } finally {
    if (stop !== undefined) signal.removeEventListener('abort', stop);
  }
}

function stepRun(
  dispatch: Dispatch,
  grant: Grant,
  attempt: Attempt,
  journal: Journal,
  signal: AbortSignal,
  traceparent: string | undefined,
): StepRun {
  const { scheduled, content } = dispatch;
  const step = scheduled.step ?? '';
  return {
    tenant: dispatch.tenant,
    task: dispatch.task,
    step,
    attempt: scheduled.attempt ?? 0,
    agent: scheduled.agent ?? '',
    instruction: partNamed(content, instructionName(step))?.text ?? '',
    arguments: (partNamed(content, argumentsName(step))?.json ?? null) as Json,
    grant,
    signal,
    traceparent,
    inputs: () => readInputs(attempt, dispatch),
    run: (name, work, { effect = 'any' } = {}) => journal.run(name, work, effect),
    call: (call, work) => journal.call(call, work),
  };
}

function readInputs(attempt: Attempt, { scheduled }: Dispatch): Promise<StepInput[]> {
  return Promise.all(
    (scheduled.inputs ?? []).map(async (input): Promise<StepInput> => {
      const event = await attempt.outcome(input.arm ?? '', input.step ?? '', input.attempt ?? 0);
      if (event?.body.type !== 'task.step-done.v1') {
        throw new Fault('input-missing', { retryable: true, message: `the outcome of step ${input.step} can't be read yet` });
      }
      if (isSealed(event.body.data.content)) throw erased();
      const parts: readonly ContentPartJson[] = partsOf(event.body.data.content);
      return { step: input.step ?? '', parts };
    }),
  );
}

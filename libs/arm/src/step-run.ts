import type { ContentPartJson, ModelUsageJson, PlanJson } from '@octobus/contracts';
import type { Duration, Instant, MicroUsd } from '@octobus/kernel';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What this attempt may do, from the event that scheduled it. */
export interface Grant {
  /** Undefined: the task has no budget. */
  readonly budget: MicroUsd | undefined;
  /** Empty: all documents of the tenant. */
  readonly documentIds: readonly string[];
  /** The task's deadline. */
  readonly expiresAt: Instant | undefined;
  /** From the moment the arm begins. */
  readonly timeout: Duration | undefined;
}

/** The outputs of an earlier step. */
export interface StepInput {
  readonly step: string;
  readonly parts: readonly ContentPartJson[];
}

export interface PaidCall {
  readonly kind: 'model' | 'tool';
  readonly name: string;
  readonly priceVersion: string;
  /** Upper bound of the price, known before the call. 0: free, nothing is recorded. */
  readonly worstCase: MicroUsd;
  /** `once`: must not be repeated when nobody knows whether it happened; a step that made one gets no other attempt. */
  readonly effect: 'none' | 'idempotent' | 'once';
}

export interface PaidAnswer<T extends Json> {
  readonly value: T;
  readonly usage: ModelUsageJson;
}

/** `none`: a sub-step only reads or computes, and may run again after a crash, perhaps with another result. `any`: it may act outside. */
export type SubStepEffect = 'any' | 'none';

/** One attempt at one step, as the worker sees it. */
export interface StepRun {
  readonly tenant: string;
  readonly task: string;
  readonly step: string;
  readonly attempt: number;
  /** "name@version". */
  readonly agent: string;
  readonly instruction: string;
  readonly arguments: Json;
  readonly grant: Grant;
  /** Aborted when the attempt is closed, expires, or the service stops. */
  readonly signal: AbortSignal;
  readonly traceparent: string | undefined;
  inputs(): Promise<readonly StepInput[]>;
  /**
   * A journalled sub-step: its result, or the fault that ended it for good, is recorded, and after a crash replayed instead of repeated.
   * Sub-steps and calls run one after another, in the same order every time, never inside of one another; another name at the same place
   * is the fault `journal-mismatch`. A retryable fault is for the step to let through: the dispatch comes again.
   * With effect `any`, the default, the result is on record before the next begins. Results of effect `none` may be recorded together, at the
   * latest before anything that acts: a sub-step of effect `any`, a call, the outcome.
   */
  run<T extends Json>(name: string, work: () => Promise<T>, options?: { readonly effect?: SubStepEffect }): Promise<T>;
  /**
   * A call that costs money or acts outside: its worst case is recorded before, its result after. Faults: `budget-exceeded` when the
   * worst case doesn't fit the grant; `call-unresolved` when a `once` call may have happened.
   */
  call<T extends Json>(call: PaidCall, work: () => Promise<PaidAnswer<T>>): Promise<T>;
}

export interface StepResult {
  readonly parts: readonly ContentPartJson[];
  /** Clear facts for the timeline, e.g. "6 passages". */
  readonly note?: string;
  readonly plan?: PlanJson;
}

/** One capability. `perform` may be called again for the same attempt after a crash. A non-retryable Fault it throws is the step's failure. */
export interface Worker {
  readonly arm: string;
  perform(step: StepRun): Promise<StepResult>;
}

import type { EventOf, ModelUsageJson, StepFailureJson } from '@octobus/contracts';
import { Fault, type MicroUsd, NO_MONEY, isFault, parseMicroUsd, toWire } from '@octobus/kernel';
import type { PaidCall } from './step-run.ts';

/** A call as a predecessor left it: started, and perhaps finished. */
export interface EarlierCall {
  readonly started: EventOf<'task.call-started.v1'>['data'];
  readonly finished: EventOf<'task.call-finished.v1'>['data'] | undefined;
}

/** One line of an attempt's bill: the worst case until the price is known. */
export interface BillLine {
  usage: ModelUsageJson;
}

/** What an attempt has cost: every call from the moment before it is made, whatever becomes of it. */
export class Bill {
  private readonly lines: BillLine[] = [];

  add(usage: ModelUsageJson): BillLine {
    const line = { usage };
    this.lines.push(line);
    return line;
  }

  /** As it is now; later changes don't show in it. */
  get usage(): ModelUsageJson[] {
    return this.lines.map((line) => line.usage);
  }

  get spent(): MicroUsd {
    return this.lines.reduce((sum, line) => sum + (parseMicroUsd(line.usage.costMicroUsd) ?? 0), NO_MONEY as number) as MicroUsd;
  }
}

export const worstCaseOf = (call: PaidCall): ModelUsageJson => ({
  model: call.name,
  priceVersion: call.priceVersion,
  costMicroUsd: toWire(call.worstCase),
});

/** What an earlier call counts: what was recorded of it, or its worst case. */
export const usageOf = ({ started, finished }: EarlierCall): ModelUsageJson =>
  finished?.usage ?? {
    model: started.name ?? '',
    priceVersion: started.priceVersion ?? '',
    costMicroUsd: started.worstCaseMicroUsd ?? '0',
  };

export const failureIn = (error: unknown): StepFailureJson =>
  isFault(error)
    ? { code: error.code, retryable: error.retryable, message: error.message }
    : { code: 'defect', retryable: true, message: '' };

/** The fault that was recorded, when asking again can't change it. */
export const finalFault = (failure: StepFailureJson | undefined): Fault | undefined =>
  failure === undefined || failure.retryable === true
    ? undefined
    : new Fault(failure.code ?? 'defect', { retryable: false, message: failure.message ?? '' });

export const unresolved = (name: string, cause?: unknown): Fault =>
  new Fault('call-unresolved', {
    retryable: false,
    message: `nobody knows whether the call of ${name} happened; a person has to look`,
    cause,
  });

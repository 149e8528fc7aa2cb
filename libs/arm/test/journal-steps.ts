import { Fault, microUsdOf } from '@octobus/kernel';
import type { PaidCall } from '../src/index.ts';

export const nothing = { parts: [] };
export const later = () => new Fault('memory-unavailable', { retryable: true, message: 'later' });
export const granted = (budget: number) => ({ scheduled: { grant: { budgetMicroUsd: String(budget) } } });
export const priced = (worstCase: number, more: Partial<PaidCall> = {}): PaidCall => ({
  kind: 'model',
  name: 'gpt-test',
  priceVersion: 'p1',
  worstCase: microUsdOf(worstCase),
  effect: 'idempotent',
  ...more,
});
export const usage = (cost: number) => ({ model: 'gpt-test', priceVersion: 'p1', costMicroUsd: String(cost) });
export const answered = (cost: number, value = 'yes') => Promise.resolve({ value, usage: usage(cost) });
export const sum = (lines: readonly { costMicroUsd?: string | number }[] | undefined): number =>
  (lines ?? []).reduce((total, line) => total + Number(line.costMicroUsd ?? 0), 0);

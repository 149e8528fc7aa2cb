export type CheckState = 'ok' | 'warn' | 'fail';

/** One thing that was looked at: how it is, and for anything but `ok` one sentence what to do. */
export interface Check {
  readonly name: string;
  readonly state: CheckState;
  readonly detail: string;
  readonly todo?: string;
}

export const ok = (name: string, detail: string): Check => ({ name, state: 'ok', detail });
export const warn = (name: string, detail: string, todo: string): Check => ({ name, state: 'warn', detail, todo });
export const fail = (name: string, detail: string, todo: string): Check => ({ name, state: 'fail', detail, todo });

/** The worst of them. */
export function verdict(checks: readonly Check[]): CheckState {
  if (checks.some(({ state }) => state === 'fail')) return 'fail';
  return checks.some(({ state }) => state === 'warn') ? 'warn' : 'ok';
}

/** Acts once after so many milliseconds, if this process lives so long (else: `Timers`); answers a function that prevents it. */
export type After = (ms: number, act: () => void) => () => void;

export const bySystemTimer: After = (ms, act) => {
  const timer = setTimeout(act, ms).unref();
  return () => clearTimeout(timer);
};

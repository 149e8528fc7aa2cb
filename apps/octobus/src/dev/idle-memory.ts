import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const LOOK_MS = 10_000;
const IDLE_SHARE = 0.05;
const WORTH_BYTES = 96 * 1024 * 1024;

/** What a stretch of time did to this process. */
export interface Stretch {
  readonly cpuMs: number;
  readonly elapsedMs: number;
  readonly heapBytes: number;
  /** Of the heap after the last collection here. */
  readonly settledBytes: number;
}

/** Worth a full collection: nothing goes on that it could delay, and the heap has grown. */
export const isWorthCollecting = ({ cpuMs, elapsedMs, heapBytes, settledBytes }: Stretch): boolean =>
  cpuMs < IDLE_SHARE * elapsedMs && heapBytes > settledBytes + WORTH_BYTES;

/**
 * Gives back the heap that a busy time has left, once it is over: V8 (Node 24) keeps it while nothing allocates, and with all services in one
 * process that is a few hundred megabytes of garbage. Answers what ends it.
 */
export function giveBackWhenIdle(): () => void {
  let settledBytes = 0;
  let cpu = process.cpuUsage();
  let at = performance.now();
  const look = (): void => {
    const { user, system } = process.cpuUsage(cpu);
    const heapBytes = process.memoryUsage().heapTotal;
    const stretch = { cpuMs: (user + system) / 1000, elapsedMs: performance.now() - at, heapBytes, settledBytes };
    if (isWorthCollecting(stretch)) {
      collect();
      settledBytes = process.memoryUsage().heapTotal;
    }
    cpu = process.cpuUsage();
    at = performance.now();
  };
  const timer = setInterval(look, LOOK_MS);
  timer.unref();
  return () => clearInterval(timer);
}

function collect(): void {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  gc();
}

import type { Io } from '../io.ts';
import type { ChildEvent } from '@octobus/stack';
import type { StackEvent } from './events.ts';

/** One line for a person, or nothing worth a line. */
export function describeEvent(event: StackEvent): string | undefined {
  switch (event.kind) {
    case 'part-ready':
      return `  ${`${event.part} `.padEnd(18, '.')} ${seconds(event.ms)}  ${event.detail}`;
    case 'ended-leftovers':
      return `  ended what an earlier run had left: ${event.names.join(', ')}`;
    case 'tenant-ready':
      return undefined;
    case 'orphans-collected':
      return `  removed ${event.pieces} pieces of content that no event names (${(event.bytes / 1e6).toFixed(1)} MB)`;
    case 'warning':
      return `  warning: ${event.message}`;
    case 'log-copied':
      return `  copied the event log to ${event.path} (${(event.bytes / 1e6).toFixed(1)} MB): nats-server was not stopped in order`;
    case 'waiting':
      return `  still starting ${event.part} (${seconds(event.ms).trim()}): it reads the log`;
    case 'child':
      return describeChild(event.event);
  }
}

/** A child that dies again and again is said at the 1st, 2nd, 4th, 8th ... time. */
function describeChild(event: ChildEvent): string | undefined {
  if (event.kind === 'died' && isPowerOfTwo(event.times)) {
    const times = event.times === 1 ? '' : `, ${event.times} times in a row`;
    return `  ${event.name} died (${event.cause})${times}; starting it again in ${event.restartInMs} ms`;
  }
  if (event.kind === 'ready' && event.restart > 0 && isPowerOfTwo(event.restart)) return `  ${event.name} is back (pid ${event.pid})`;
  return undefined;
}

const isPowerOfTwo = (n: number): boolean => n > 0 && (n & (n - 1)) === 0;

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`.padEnd(6);

/** Tells a person what becomes of a stack, line by line. */
export const tellEvents =
  (io: Pick<Io, 'line'>) =>
  (event: StackEvent): void => {
    const text = describeEvent(event);
    if (text !== undefined) io.line(text);
  };

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
    case 'warning':
      return `  warning: ${event.message}`;
    case 'child':
      if (event.event.kind === 'died')
        return `  ${event.event.name} died (${event.event.cause}); starting it again in ${event.event.restartInMs} ms`;
      if (event.event.kind === 'ready' && event.event.restart > 0) return `  ${event.event.name} is back (pid ${event.event.pid})`;
      return undefined;
  }
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`.padEnd(6);

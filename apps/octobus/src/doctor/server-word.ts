import { type ActualDurability, type DurabilityLevel, PLATFORM_ACCOUNT, keepsPromise, readActualDurability } from '@octobus/jetstream';
import { isFault } from '@octobus/kernel';
import { connectAs } from '../bench/stack-access.ts';
import { type Check, fail, ok, warn } from './check.ts';

const NAME = 'nats keeps';

/** What the running servers themselves say of how they keep things, held against what the gateway promises its callers. */
export async function checkServerWord(folder: string, promised: string | undefined): Promise<Check> {
  try {
    const bus = await connectAs(PLATFORM_ACCOUNT, folder);
    try {
      return judged(await readActualDurability(bus.connection, promised === 'replicated' ? 3 : 1), promised);
    } finally {
      await bus.close();
    }
  } catch (error) {
    return warn(NAME, isFault(error) ? `${error.message} (${error.code})` : 'NATS could not be asked', 'Try again in a moment.');
  }
}

const isLevel = (text: string | undefined): text is DurabilityLevel => text === 'fsync' || text === 'flushed' || text === 'replicated';

export function judged(actual: ActualDurability, promised: string | undefined): Check {
  const told = detail(actual);
  if (!isLevel(promised)) return ok(NAME, told);
  if (!keepsPromise(promised, actual))
    return fail(
      NAME,
      `${told}: weaker than "${promised}", which the gateway promises`,
      'Stop the stack and start it again; nothing acknowledged since is as safe as it was said to be.',
    );
  if (promised === 'replicated' && actual.servers < 3)
    return warn(NAME, `${told}: not all servers answer`, 'Look into .octo/logs; when another one is lost, acknowledgements stop.');
  return ok(NAME, told);
}

function detail({ servers, syncAlways, syncIntervalMs, streams }: ActualDurability): string {
  const sync = syncAlways ? 'fsync before every ack' : `fsync every ${syncIntervalMs / 1000} s`;
  const held = `${plural(streams.length, 'stream')} with ${plural(Math.min(...streams.map(({ replicas }) => replicas)), 'replica')}`;
  const memory = streams.filter(({ onDisk }) => !onDisk).map(({ name }) => name);
  return [plural(servers, 'server'), sync, held, ...(memory.length === 0 ? [] : [`${memory.join(' and ')} in memory only`])].join(', ');
}

const plural = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;

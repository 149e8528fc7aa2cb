import { readLogSizes } from '@octobus/jetstream';
import type { ServiceContext } from './context.ts';
import { environment } from './environment.ts';
import { logStreamCount } from './log-streams.ts';
import { type LogLimits, LogRoom } from './log-room.ts';

/** Sizes are told by sequences in between. */
const LOOK_MS = 5_000;
const WARN_AT = 0.8;

/** `OCTO_MAX_LOG_EVENTS` and `OCTO_MAX_LOG_BYTES`. Fault `config-invalid`. */
export function logLimits(env: ServiceContext['env']): LogLimits {
  const read = environment(env);
  const limit = (name: string): number => read.integer(name, 0, 0, Number.MAX_SAFE_INTEGER);
  return { events: limit('OCTO_MAX_LOG_EVENTS'), bytes: limit('OCTO_MAX_LOG_BYTES') };
}

/**
 * The room there is in the log under the limits of the environment. Its size is read now and every few seconds; a size that can't be read is the
 * one before. Says once, in the service's log, that the limit is near, reached, or no longer so.
 */
export async function watchLogRoom({
  env,
  bus,
  logger,
}: Pick<ServiceContext, 'env' | 'bus' | 'logger'>): Promise<{ readonly room: LogRoom; stop(): void }> {
  const count = logStreamCount(env);
  const room = new LogRoom(logLimits(env), count);
  let said = 0;
  const look = async (): Promise<void> => {
    await readLogSizes(bus.connection, count).then(
      (sizes) => room.measured(sizes),
      (error: unknown) => logger.debug({ err: error }, 'the size of the log could not be read'),
    );
    const level = room.used >= 1 ? 2 : room.used >= WARN_AT ? 1 : 0;
    if (level > said) logger.warn({ ...room.size, limits: room.limits }, SAID[level] ?? '');
    said = level;
  };
  await look();
  const timer = setInterval(() => void look(), LOOK_MS);
  timer.unref();
  return { room, stop: () => clearInterval(timer) };
}

const SAID: readonly string[] = [
  '',
  'the log has reached 80 % of its limit',
  'the log has reached its limit: new tasks are refused, running ones go on',
];

import { type Logger, createLogger } from '@octobus/telemetry';
import type { Environment } from './environment.ts';

/** A service that is up. */
export interface RunningService {
  readonly name: string;
  /** Where it listens, when it does. */
  readonly url?: string;
  /** Finishes what it has in hand, hands back the rest, closes its connections. */
  stop(): Promise<void>;
}

/** Every service exports one of these, so that it runs alone or beside others in one process. */
export type StartService = (env: Environment) => Promise<RunningService>;

/** Logged once when a service is up; the supervisor waits for it. */
export const READY_MESSAGE = 'service ready';

const GRACE_MS = 25_000;

/** Runs a service as a process of its own: until SIGTERM or SIGINT, then drains. Exit 0 after a clean stop, 1 otherwise. */
export async function runAsProcess(name: string, start: StartService): Promise<void> {
  const logger = createLogger(name, process.env['OCTO_LOG_LEVEL'] ?? 'info');
  let service: RunningService;
  try {
    service = await start(process.env);
  } catch (error) {
    logger.fatal({ err: error }, 'could not start');
    process.exit(1);
  }
  logger.info({ url: service.url }, READY_MESSAGE);
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), GRACE_MS).unref();
    service.stop().then(
      () => process.exit(0),
      (error: unknown) => exitWith(logger, error),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

function exitWith(logger: Logger, error: unknown): never {
  logger.error({ err: error }, 'did not stop cleanly');
  process.exit(1);
}

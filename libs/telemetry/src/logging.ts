import { type Logger, destination, pino } from 'pino';

export type { Logger } from 'pino';

/** JSON lines on standard error. Messages carry ids and codes; content, secrets and prompts never. */
export function createLogger(service: string, level: string): Logger {
  return pino(
    {
      level,
      base: { service },
      serializers: { err: errorForLog },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
    },
    destination({ dest: 2, sync: false }),
  );
}

/** Name, code, message and stack of our own errors; of a foreign one the name and code alone, since its message may quote what it was given. */
export function errorForLog(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { name: typeof error };
  const { code } = error as { code?: unknown };
  const own = error.name === 'Fault';
  return {
    name: error.name,
    ...(typeof code === 'string' ? { code } : {}),
    ...(own ? { message: error.message } : {}),
    stack: (error.stack ?? '')
      .split('\n')
      .filter((line) => line.trimStart().startsWith('at '))
      .slice(0, 8),
    ...(error.cause === undefined ? {} : { cause: errorForLog(error.cause) }),
  };
}

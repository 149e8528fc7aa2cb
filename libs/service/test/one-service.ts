import { Fault } from '@octobus/kernel';
import { createLogger } from '@octobus/telemetry';
import { runAsProcess } from '../src/running-service.ts';

/** A service without work. Argument: `well`, `broken` (doesn't start) or `unclean` (doesn't stop). */
const [how] = process.argv.slice(2);
const logger = createLogger('tester', 'info');
const alive = setInterval(() => undefined, 1_000);

await runAsProcess('tester', async () => {
  if (how === 'broken') throw new Fault('config-invalid', { retryable: false, message: 'NATS_URL must be set' });
  return {
    name: 'tester',
    url: 'http://127.0.0.1:1',
    stop: async () => {
      clearInterval(alive);
      logger.info('stopping');
      if (how === 'unclean') throw new Error('connections are still open');
    },
  };
});

import { connectBus } from '../src/connect.ts';
import { hostOn, textOf } from './work.ts';

/** A service whose process dies by SIGKILL in the middle of a message that says `kill`; prints what it handles. Arguments: address, deliveries allowed. */
const [url = '', maxDeliveries = '5'] = process.argv.slice(2);
const bus = await connectBus({ url, name: 'crashing-worker' });
hostOn(
  bus,
  async (message) => {
    process.stdout.write(`began ${textOf(message)} ${message.deliveries}\n`);
    if (textOf(message) === 'kill') process.kill(process.pid, 'SIGKILL');
    if (textOf(message) === 'hang') await new Promise(() => undefined);
  },
  {
    maxDeliveries: Number(maxDeliveries),
    concurrency: 1,
    prefetch: 10,
    onDeadLetter: async (message) => void process.stdout.write(`buried ${textOf(message)}\n`),
  },
);

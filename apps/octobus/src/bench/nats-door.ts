import { randomBytes } from 'node:crypto';
import { HEADER, ingressSubject } from '@octobus/contracts';
import { LiveFeed, connectBus, publishTo } from '@octobus/jetstream';
import { Fault, instantOf, uuidv7 } from '@octobus/kernel';
import type { Credentials } from '../client/credentials.ts';
import { type Door, RUN_WITHIN_MS } from './door.ts';

/**
 * A tenant outside, with nothing but its NATS account: publishes a CloudEvent to `ingress.<tenant>.submit`, waits for the durable ack, and hears
 * the task's end on the live feed. All clients share one connection.
 */
export async function openNatsDoor({ tenant, natsUrl }: Pick<Credentials, 'tenant' | 'natsUrl'>, submission: object): Promise<Door> {
  const bus = await connectBus({ url: natsUrl, name: 'octobus bench', wait: false });
  const ends = new Map<string, (state: string) => void>();
  const feed = new LiveFeed(bus, {
    filter: `evt.*.${tenant}.task.*.flow.end`,
    onEvent: ({ address, body }) => ends.get(address.id)?.(body.type.split('.')[1] ?? ''),
    onGap: () => undefined,
  });
  await feed.established();
  const subject = submitSubject(tenant);
  const payload = Buffer.from(JSON.stringify(submission));
  const run = async (): Promise<string> => {
    const id = uuidv7(instantOf(Date.now()), randomBytes(16));
    const { promise: ended, resolve, reject } = Promise.withResolvers<string>();
    const late = setTimeout(() => reject(tooLate()), RUN_WITHIN_MS);
    ends.set(id, resolve);
    try {
      const [state] = await Promise.all([ended, publishTo(bus, subject, submitHeaders(id), payload)]);
      return state;
    } finally {
      clearTimeout(late);
      ends.delete(id);
    }
  };
  return {
    run,
    close: async () => {
      feed.close();
      await bus.close();
    },
  };
}

const tooLate = (): Fault =>
  new Fault('run-too-late', { retryable: true, message: `a run's end was not seen within ${RUN_WITHIN_MS / 1000} s` });

export const submitSubject = (tenant: string): string => ingressSubject(tenant, 'submit');

/** Of a submission from outside that makes up the task's id. */
export const submitHeaders = (id: string): readonly (readonly [string, string])[] => [
  [HEADER.specVersion, '1.0'],
  [HEADER.id, id],
  [HEADER.type, 'octobus.submit.v1'],
  [HEADER.source, 'octobus/bench'],
  [HEADER.subject, id],
];

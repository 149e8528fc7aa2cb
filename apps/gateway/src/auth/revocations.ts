import type { EventLog, RecordedEvent } from '@octobus/event-log';
import type { LiveEvents } from '../live/task-feed.ts';
import type { KeyRing } from './key-ring.ts';

const REVOKED = 'evt.*.*.identity.*.flow.key.*.revoked';

/** Tells the ring of every revocation as it is stored, and at start and after a gap in the feed of all that the log knows: the read models may be behind. */
export async function hearRevocations(live: LiveEvents, log: EventLog, keys: KeyRing, onError: (error: unknown) => void): Promise<void> {
  const revoke = ({ body, address }: RecordedEvent): void => {
    if (body.type === 'identity.key-revoked.v1') keys.revoke(address.tenant, body.data.keyId ?? '');
  };
  const readAll = async (): Promise<void> => {
    keys.forget();
    for (const event of await log.load([REVOKED])) revoke(event);
  };
  await live.subscribe(REVOKED, { event: revoke, gap: () => void readAll().catch(onError) });
  await readAll();
}

import { setTimeout as pause } from 'node:timers/promises';
import { ERASURES, type VaultKeyAnswer, type VaultKeyRequest, vaultKeySubject } from '@octobus/contracts';
import { BUS_FAULTS, LiveFeed, ask } from '@octobus/jetstream';
import { Fault, isFault } from '@octobus/kernel';
import { type AskForKey, KeyRing, KeyedSealing, SEALING_FAULTS, type Sealing, type SubjectName } from '@octobus/sealing';
import type { ServiceContext } from './context.ts';

const WITHIN_MS = 2_000;
/** The vault may be starting again: some three seconds. */
const TRIES = 12;
const PAUSE_MS = 250;

/** Seals and opens with keys of the vault, under the name of the service; hears of every erasure, and says so to who holds something else of the person. */
export async function openSealing(
  context: Pick<ServiceContext, 'name' | 'bus'> & { readonly logger: { error(details: object, message: string): void } },
  onErased: (name: SubjectName) => void = () => undefined,
): Promise<{ readonly sealing: Sealing; stop(): void }> {
  const { bus, logger } = context;
  const keys = new KeyRing({ ask: askVault(context) });
  const feed = new LiveFeed(bus, {
    filter: ERASURES,
    onEvent: ({ address }) => {
      const name = { tenant: address.tenant, subject: address.id };
      keys.erased(name);
      onErased(name);
    },
    onGap: () => keys.forget(),
    onDefect: (error) => logger.error({ err: error }, 'word of an erasure could not be taken'),
  });
  await feed.established();
  return { sealing: new KeyedSealing(keys), stop: () => feed.close() };
}

function askVault({ name, bus }: Pick<ServiceContext, 'name' | 'bus'>): AskForKey {
  const place = vaultKeySubject(name);
  return async (subject, dispatch) => {
    const question: VaultKeyRequest = { tenant: subject.tenant, subject: subject.subject, ...(dispatch === undefined ? {} : { dispatch }) };
    for (let tries = 1; ; tries++) {
      try {
        const { key } = await ask<VaultKeyAnswer>(bus, place, question, WITHIN_MS);
        return Buffer.from(key, 'base64url');
      } catch (error) {
        if (!isFault(error, BUS_FAULTS.queryUnavailable)) throw error;
        if (tries === TRIES)
          throw new Fault(SEALING_FAULTS.unavailable, { retryable: true, message: 'the vault does not answer', cause: error });
      }
      await pause(PAUSE_MS);
    }
  };
}

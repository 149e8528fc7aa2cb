import { setTimeout as pause } from 'node:timers/promises';
import { ERASURES, type VaultKeyAnswer, type VaultKeyRequest, vaultKeySubject } from '@octobus/contracts';
import { BUS_FAULTS, LiveFeed, ask } from '@octobus/jetstream';
import { Fault, isFault } from '@octobus/kernel';
import { type AskForKey, KeyRing, KeyedSealing, SEALING_FAULTS, type Sealing, type SubjectName } from '@octobus/sealing';
import type { ServiceContext } from './context.ts';

const WITHIN_MS = 2_000;
/** The vault may be starting again; a consumer's message is kept alive meanwhile. */
const PATIENCE_MS = 27_000;
const PAUSE_MS = 250;

export interface OpenSealingOptions {
  /** Told of every erasure: for who holds something else of the person. */
  readonly onErased?: (name: SubjectName) => void;
  /** Milliseconds after which a vault that doesn't answer is `vault-unavailable`; 27,000. */
  readonly patienceMs?: number;
}

/** Seals and opens with keys of the vault, under the name of the service; hears of every erasure. */
export async function openSealing(
  context: Pick<ServiceContext, 'name' | 'bus'> & { readonly logger: { error(details: object, message: string): void } },
  { onErased = () => undefined, patienceMs = PATIENCE_MS }: OpenSealingOptions = {},
): Promise<{ readonly sealing: Sealing; stop(): void }> {
  const { bus, logger } = context;
  const keys = new KeyRing({ ask: askVault(context, patienceMs) });
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

/** Faults: `subject-erased`, `vault-refused`, `key-lost`, `master-key-wrong`, `keys-refused`; whatever may pass is `vault-unavailable`. */
function askVault({ name, bus }: Pick<ServiceContext, 'name' | 'bus'>, patienceMs: number): AskForKey {
  const place = vaultKeySubject(name);
  return async (subject, dispatch) => {
    const question: VaultKeyRequest = { tenant: subject.tenant, subject: subject.subject, ...(dispatch === undefined ? {} : { dispatch }) };
    const until = performance.now() + patienceMs;
    for (;;) {
      const left = until - performance.now();
      try {
        const { key } = await ask<VaultKeyAnswer>(bus, place, question, Math.max(1, Math.min(WITHIN_MS, left)));
        return Buffer.from(key, 'base64url');
      } catch (error) {
        if (!isFault(error) || !error.retryable) throw error;
        const silent = isFault(error, BUS_FAULTS.queryUnavailable);
        if (!silent || performance.now() + PAUSE_MS >= until) throw unavailable(error);
      }
      await pause(PAUSE_MS);
    }
  };
}

const unavailable = (cause: Fault): Fault =>
  new Fault(SEALING_FAULTS.unavailable, { retryable: true, message: 'the vault does not answer, or can not just now', cause });

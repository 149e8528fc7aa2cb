import type { StoredLetter } from '@octobus/jetstream';
import { isFault } from '@octobus/kernel';
import { SEALING_FAULTS, type Sealing, openBytes, sealedCommand, sealedHeader } from '@octobus/sealing';

/** What a letter kept, as whoever may read letters is shown it. */
export type ShownPayload =
  | { readonly payload: string; readonly encoding: 'utf-8' | 'base64' }
  | { readonly erased: true }
  | Record<string, never>;

/** The body of the command, opened. Faults: `vault-unavailable`. */
export async function shownPayload({ tenant, original: { payload } }: StoredLetter, sealing: Sealing): Promise<ShownPayload> {
  if (payload === undefined) return {};
  const sealed = sealedCommand(payload);
  if (sealed === undefined) return contentOf(payload);
  try {
    const header = sealedHeader(sealed);
    const key = header.tenant === tenant ? await sealing.key(header) : undefined;
    return contentOf(key === undefined ? payload : openBytes(key, sealed));
  } catch (error) {
    if (isFault(error, SEALING_FAULTS.erased)) return { erased: true };
    if (isFault(error, SEALING_FAULTS.malformed) || isFault(error, SEALING_FAULTS.altered)) return contentOf(payload);
    throw error;
  }
}

/** Text when it is UTF-8, else base64. */
function contentOf(payload: Uint8Array): { readonly payload: string; readonly encoding: 'utf-8' | 'base64' } {
  try {
    return { payload: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(payload), encoding: 'utf-8' };
  } catch {
    return { payload: Buffer.from(payload).toString('base64'), encoding: 'base64' };
  }
}

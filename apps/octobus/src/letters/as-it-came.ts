import type { StoredLetter } from '@octobus/jetstream';
import { isFault } from '@octobus/kernel';
import { SEALING_FAULTS, type Sealing, isUnreadable, openBytes, sealedCommand, sealedHeader } from '@octobus/sealing';

/** Begins what a payload is sealed for when reflex has sealed it for its letter: `letter-<token of the person, without dashes>`. */
const LETTER = 'letter-';

/**
 * The letter with its payload byte for byte as the command came: what reflex has sealed is opened, what the gateway has sealed is part of the command.
 * Of a person who was erased there is no payload any more, nor of one that no key opens. Faults: those of asking for keys but `subject-erased`.
 */
export async function asItCame(letter: StoredLetter, sealing: Sealing): Promise<StoredLetter> {
  const { payload } = letter.original;
  const sealed = payload === undefined ? undefined : sealedCommand(payload);
  if (sealed === undefined) return letter;
  const without = { ...letter, original: { ...letter.original, payload: undefined } };
  try {
    const header = sealedHeader(sealed);
    if (!header.id.startsWith(LETTER)) return letter;
    if (header.tenant !== letter.tenant) return without;
    const key = await sealing.key(header);
    return key === undefined ? without : { ...letter, original: { ...letter.original, payload: openBytes(key, sealed) } };
  } catch (error) {
    if (isFault(error, SEALING_FAULTS.erased) || isUnreadable(error)) return without;
    throw error;
  }
}

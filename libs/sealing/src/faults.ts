import { isFault } from '@octobus/kernel';

/** Codes of the faults of sealing, opening and asking for keys. */
export const SEALING_FAULTS = {
  /** No compact JWE as we make them. */
  malformed: 'sealed-malformed',
  /** Sealed with the key of another tenant, or for another task or document. */
  foreign: 'sealed-foreign',
  /** The bytes are not those that were sealed, or the key is not the one they were sealed with. */
  altered: 'sealed-altered',
  /** The person's keys were destroyed: nothing of theirs is opened or sealed any more. */
  erased: 'subject-erased',
  /** The vault gives this service no key here. */
  refused: 'vault-refused',
  /** The vault doesn't answer; retryable. */
  unavailable: 'vault-unavailable',
} as const;

const UNREADABLE = [SEALING_FAULTS.foreign, SEALING_FAULTS.malformed, SEALING_FAULTS.altered];

/** Whether no key will ever open it: it was put there by somebody who had no right to, or is damaged. */
export const isUnreadable = (error: unknown): boolean => UNREADABLE.some((code) => isFault(error, code));

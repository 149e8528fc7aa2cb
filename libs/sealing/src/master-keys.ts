import { createHash } from 'node:crypto';
import { PLATFORM } from '@octobus/contracts';
import { Fault } from '@octobus/kernel';
import { SEALING_FAULTS } from './faults.ts';
import { open, seal, sealedHeader } from './jwe.ts';
import { KEY_BYTES, type SubjectKey, type SubjectName, subjectKey } from './subject-key.ts';

const SECRET = /^[0-9a-f]{64}$/;

/** A wrapped key is a sealed text like any other; what it holds says once more whose it is. */
interface Wrapped extends SubjectName {
  /** base64url */
  readonly key: string;
}

/** The master key, and older ones until nothing is wrapped with them any more. */
export class MasterKeys {
  private readonly current: SubjectKey;
  private readonly byKid: ReadonlyMap<string, SubjectKey>;

  private constructor(current: SubjectKey, all: readonly SubjectKey[]) {
    this.current = current;
    this.byKid = new Map(all.map((key) => [key.kid, key]));
  }

  /** Keys of 64 hex digits by commas, blanks or line ends; the first one wraps. Fault `master-key-invalid`. */
  static parse(text: string): MasterKeys {
    const keys = text.split(/[\s,]+/).filter((part) => part !== '');
    if (!keys.every((key) => SECRET.test(key))) throw invalid('the master key is 64 hexadecimal digits');
    const [current, ...older] = keys.map(masterKey);
    if (current === undefined) throw invalid('there is no master key');
    return new MasterKeys(current, [current, ...older]);
  }

  /** These, and those of before to unwrap what they may still have wrapped. */
  besides(earlier: MasterKeys): MasterKeys {
    return new MasterKeys(this.current, [...earlier.byKid.values(), ...this.byKid.values()]);
  }

  /** Name of the key that wraps: 16 hex digits of its SHA-256. */
  get name(): string {
    return this.current.subject;
  }

  wrap(name: SubjectName, key: Uint8Array): string {
    const wrapped: Wrapped = { ...name, key: Buffer.from(key).toString('base64url') };
    return seal(this.current, { id: name.subject }, JSON.stringify(wrapped));
  }

  /** Fault `master-key-wrong` when none of the keys is the one; `sealed-altered`, `sealed-malformed`. */
  unwrap(name: SubjectName, wrapped: string): Uint8Array {
    const master = this.byKid.get(sealedHeader(wrapped).kid);
    if (master === undefined) throw wrong();
    const held = JSON.parse(open(master, wrapped)) as Partial<Wrapped>;
    const key = Buffer.from(held.key ?? '', 'base64url');
    if (held.tenant !== name.tenant || held.subject !== name.subject || key.length !== KEY_BYTES) {
      throw new Fault(SEALING_FAULTS.foreign, { retryable: false, message: 'the wrapped key belongs to somebody else' });
    }
    return key;
  }

  isCurrent = (wrapped: string): boolean => sealedHeader(wrapped).kid === this.current.kid;
}

/** Stands where a key was: nobody can put another there, for that they would have to expect nothing. */
export const ERASED_KEY = 'erased';

/** A key of nobody: that it is wrapped with a master key shows that the vault wraps with it. */
export const PROBE = { tenant: PLATFORM, subject: 'probe' } as const;

/** Name of the master key that a kept text is wrapped with; undefined for one that was erased. */
export const wrappedWith = (value: string): string | undefined => (value === ERASED_KEY ? undefined : sealedHeader(value).subject);

function masterKey(hex: string): SubjectKey {
  const bytes = Buffer.from(hex, 'hex');
  return subjectKey({ tenant: PLATFORM, subject: masterKeyName(bytes) }, bytes);
}

/** What a master key is called in a wrapped key and in the log of the vault. */
export const masterKeyName = (bytes: Uint8Array): string =>
  createHash('sha256').update('octobus master key\n').update(bytes).digest('hex').slice(0, 16);

const invalid = (message: string): Fault => new Fault('master-key-invalid', { retryable: false, message });
const wrong = (): Fault =>
  new Fault('master-key-wrong', {
    retryable: false,
    message:
      'A key of a data subject is wrapped with a master key that is not here: put the old one back (.octo/master.key or OCTO_MASTER_KEY).',
  });

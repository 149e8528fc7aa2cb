import { randomBytes } from 'node:crypto';
import { type AggregateAddress, type Envelope, type EventBody, SUBJECT_FACETS, aggregatePrefix } from '@octobus/contracts';
import type { EventLog } from '@octobus/event-log';
import type { KeyStore, KeptKey } from '@octobus/jetstream';
import { Fault, type Instant, formatInstant, uuidv7 } from '@octobus/kernel';
import { ERASED_KEY, KEY_BYTES, type MasterKeys, PROBE, SEALING_FAULTS, type SubjectName } from '@octobus/sealing';
import { randomBytesPooled } from '@octobus/telemetry';
import { eachOf } from './each-of.ts';

export type KeysStore = Pick<KeyStore, 'get' | 'put' | 'eraseBefore' | 'all' | 'churn'>;

export interface SubjectKeysOptions {
  readonly store: KeysStore;
  readonly log: EventLog;
  readonly masters: () => MasterKeys;
  readonly clock: () => Instant;
}

const MOST_CONFLICTS = 20;
/** Each takes three answers of the server, one after the other. */
const REWRAPPED_AT_ONCE = 8;

/** What was done to a subject, and by which command or event. */
export interface Erasure extends SubjectName {
  readonly commandId: string;
  readonly causation: string;
  readonly traceparent?: string | undefined;
}

/** Keys of data subjects: made when first asked for, wrapped by the master key, destroyed for ever. Side store first, log last. */
export class SubjectKeys {
  private readonly options: SubjectKeysOptions;

  constructor(options: SubjectKeysOptions) {
    this.options = options;
  }

  /** Faults: `subject-erased`; `key-lost` when there was a key once; `master-key-wrong`; those of the store and of the log. */
  async get(name: SubjectName): Promise<Uint8Array> {
    const kept = await this.options.store.get(name.tenant, name.subject);
    return kept === undefined ? this.create(name) : this.unwrapped(name, kept);
  }

  /** Says in the log that the key was destroyed, once. */
  async recordErased(erasure: Erasure, messagesDeleted: number): Promise<void> {
    const hadKey = (await this.options.log.last(`${prefixOf(erasure)}.${SUBJECT_FACETS.key}`)) !== undefined;
    await this.record(erasure, SUBJECT_FACETS.erased, erasure.causation, {
      type: 'subject.erased.v1',
      data: { commandId: erasure.commandId, hadKey, messagesDeleted },
    });
  }

  /** Destroys the key, or keeps one from ever being made; true when there was one. Repeating it changes nothing. */
  async destroy({ tenant, subject }: SubjectName): Promise<boolean> {
    const { store } = this.options;
    for (let tries = 0; tries < MOST_CONFLICTS; tries++) {
      const kept = await store.get(tenant, subject);
      const erased = kept?.value === ERASED_KEY;
      const sequence = erased ? kept.sequence : await store.put(tenant, subject, ERASED_KEY, kept?.sequence ?? 0);
      if (sequence === undefined) continue;
      const destroyed = await store.eraseBefore(tenant, subject, sequence);
      return destroyed > 0 || (kept !== undefined && !erased);
    }
    throw contended();
  }

  /** Wraps every key with the current master key that isn't; `all`: also those that are. Answers how many were wrapped anew. */
  async rewrap(all = false): Promise<number> {
    let wrapped = 0;
    await eachOf(this.options.store.all(), REWRAPPED_AT_ONCE, async (kept) => {
      if (kept.value === ERASED_KEY || (!all && this.options.masters().isCurrent(kept.value))) return;
      if (await this.rewrapOne(kept)) wrapped++;
    });
    await this.probe();
    return wrapped;
  }

  private async probe(): Promise<void> {
    const { store, masters } = this.options;
    const { tenant, subject } = PROBE;
    if ((await store.get(tenant, subject)) === undefined)
      await store.put(tenant, subject, masters().wrap(PROBE, randomBytes(KEY_BYTES)), 0);
  }

  /** After an erasure: everything else is written anew, so that the server rewrites the files in which the destroyed key lies. */
  async scour(): Promise<void> {
    await this.rewrap(true);
    await this.options.store.churn();
  }

  private async rewrapOne({ tenant, subject, sequence, value }: KeptKey): Promise<boolean> {
    const { store, masters } = this.options;
    const name = { tenant, subject };
    const put = await store.put(tenant, subject, masters().wrap(name, masters().unwrap(name, value)), sequence);
    if (put === undefined) return false;
    await store.eraseBefore(tenant, subject, put);
    return true;
  }

  private unwrapped(name: SubjectName, { value }: KeptKey): Uint8Array {
    if (value === ERASED_KEY) throw erased();
    return this.options.masters().unwrap(name, value);
  }

  /** A key that was made once and isn't there was lost: another one in its place would hide that. */
  private async create(name: SubjectName): Promise<Uint8Array> {
    const { store, log, masters } = this.options;
    const prefix = prefixOf(name);
    const [gone, made] = await Promise.all([log.last(`${prefix}.${SUBJECT_FACETS.erased}`), log.last(`${prefix}.${SUBJECT_FACETS.key}`)]);
    if (gone !== undefined) throw erased();
    if (made !== undefined) throw lost();
    const key = randomBytes(KEY_BYTES);
    const put = await store.put(name.tenant, name.subject, masters().wrap(name, key), 0);
    if (put === undefined) {
      const kept = await store.get(name.tenant, name.subject);
      if (kept === undefined) throw contended();
      return this.unwrapped(name, kept);
    }
    await this.record(name, SUBJECT_FACETS.key, name.subject, { type: 'subject.key-created.v1', data: { algorithm: 'A256GCM' } });
    return key;
  }

  private async record(name: SubjectName & Partial<Erasure>, place: string, causation: string, body: EventBody): Promise<void> {
    const subject = `${prefixOf(name)}.${place}`;
    await this.options.log.append({ subject, envelope: this.envelope(name, causation, body), body }, { filter: subject, sequence: 0 });
  }

  private envelope({ subject, traceparent }: SubjectName & Partial<Erasure>, causation: string, body: EventBody): Envelope {
    const now = this.options.clock();
    return {
      id: uuidv7(now, randomBytesPooled(16)),
      type: body.type,
      source: 'octobus/vault',
      time: formatInstant(now),
      correlation: subject,
      causation,
      actor: 'vault',
      ...(traceparent === undefined ? {} : { traceparent }),
    };
  }
}

const addressOf = ({ tenant, subject }: SubjectName): AggregateAddress => ({ tenant, aggregate: 'subject', id: subject });
const prefixOf = (name: SubjectName): string => aggregatePrefix(addressOf(name));

const erased = (): Fault =>
  new Fault(SEALING_FAULTS.erased, {
    retryable: false,
    message: 'the keys of this person were destroyed: nothing of theirs is opened or sealed',
  });
const contended = (): Fault =>
  new Fault('key-contended', { retryable: true, message: 'the key of a data subject was changed by others again and again' });
const lost = (): Fault =>
  new Fault('key-lost', {
    retryable: false,
    message:
      'the key of a data subject was made once and is not there any more: what was sealed with it can only be opened after it is restored',
  });

import { ERASURES } from '@octobus/contracts';
import type { Delivery, EventLog } from '@octobus/event-log';
import type { Logger } from '@octobus/telemetry';
import type { SubjectName } from '@octobus/sealing';
import type { SubjectKeys } from '../keys/subject-keys.ts';

export interface ErasureOptions {
  readonly log: EventLog;
  readonly keys: Pick<SubjectKeys, 'recordErased' | 'destroy' | 'scour'>;
  /** Deletes what waits of a person; answers how many messages it were. */
  readonly sweep: (person: SubjectName) => Promise<number>;
  readonly logger: Logger;
}

/** Destroys the keys of those whose erasure was asked for, and once more those of everybody who was erased before. */
export class ErasureHandler {
  private readonly options: ErasureOptions;
  private scouring: Promise<void> | undefined;
  private again = false;

  constructor(options: ErasureOptions) {
    this.options = options;
  }

  async handle({ event }: Delivery): Promise<void> {
    if (event.body.type !== 'subject.erasure-requested.v1') return;
    const { tenant, id: subject } = event.address;
    const { id: causation, traceparent } = event.envelope;
    const commandId = event.body.data.commandId ?? '';
    const person = { tenant, subject };
    await this.options.keys.destroy(person);
    const deleted = await this.options.sweep(person);
    await this.options.keys.recordErased({ ...person, commandId, causation, traceparent }, deleted);
    this.scour();
  }

  /** Keys that were restored from a backup, or whose end didn't reach the store, go before anything is opened. Answers how many there were. */
  async repeatAll(): Promise<number> {
    let found = 0;
    const erased = await this.options.log.load([ERASURES]);
    for (const { address } of erased) {
      if (await this.options.keys.destroy({ tenant: address.tenant, subject: address.id })) found++;
    }
    // Also when all keys are gone: the process may have ended between an erasure and the writing anew that it calls for.
    if (erased.length > 0) this.scour();
    return found;
  }

  /** Resolves when nothing is being written anew. */
  async idle(): Promise<void> {
    await this.scouring;
  }

  /** One at a time, for however many erasures. */
  private scour(): void {
    if (this.scouring !== undefined) {
      this.again = true;
      return;
    }
    this.scouring = this.options.keys
      .scour()
      .catch((error: unknown) => this.options.logger.warn({ err: error }, 'the stream of keys could not be written anew'))
      .finally(() => {
        this.scouring = undefined;
        if (!this.again) return;
        this.again = false;
        this.scour();
      });
  }
}

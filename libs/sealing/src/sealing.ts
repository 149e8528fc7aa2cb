import { type ContentSlotJson, contentIn } from '@octobus/contracts';
import type { EventLog, NewEvent, RecordedEvent } from '@octobus/event-log';
import { Fault, isFault, isUuid } from '@octobus/kernel';
import { SEALING_FAULTS } from './faults.ts';
import { open, seal, sealedHeader } from './jwe.ts';
import type { KeyRing } from './key-ring.ts';
import { SealingEventLog } from './sealing-event-log.ts';
import { type SubjectKey, type SubjectName, kidOf } from './subject-key.ts';

/** Which contents are needed: opening the others would be work for nothing. */
export type Wanted = (event: RecordedEvent) => boolean;

export interface SealingOptions {
  /** Of an arm: subject of the dispatch at work, for the sake of which the vault gives the key. */
  readonly dispatch?: string;
  readonly wanted?: Wanted;
}

/** What stands between a service and content: the log holds it sealed, the service works with it in the clear. */
export interface Sealing {
  /** The log that seals what is appended with the key of the envelope's data subject, and opens what is read. */
  around(log: EventLog, options?: SealingOptions): EventLog;
  /** The event with its content in the clear. What was erased stays sealed. Faults: those of opening and of asking for the key. */
  opened(event: RecordedEvent, options?: SealingOptions): RecordedEvent | Promise<RecordedEvent>;
  /** Undefined: nothing is sealed here. Faults: `subject-erased`, `vault-refused`, `vault-unavailable`. */
  key(name: SubjectName, options?: SealingOptions): Promise<SubjectKey | undefined>;
}

/** Leaves everything as it is: for tests of what is not about sealing. */
export const noSealing: Sealing = {
  around: (log) => log,
  opened: (event) => event,
  key: () => Promise.resolve(undefined),
};

/** Seals and opens with the keys of a ring. */
export class KeyedSealing implements Sealing {
  private readonly keys: KeyRing;

  constructor(keys: KeyRing) {
    this.keys = keys;
  }

  around(log: EventLog, options: SealingOptions = {}): EventLog {
    return new SealingEventLog(log, {
      sealed: (event) => this.sealed(event, options.dispatch),
      opened: (event) => this.opened(event, options),
    });
  }

  key(name: SubjectName, { dispatch }: SealingOptions = {}): Promise<SubjectKey> {
    return this.keys.key(name, dispatch);
  }

  opened(event: RecordedEvent, { dispatch, wanted }: SealingOptions = {}): RecordedEvent | Promise<RecordedEvent> {
    const sealed = sealedIn(event);
    if (sealed === undefined || wanted?.(event) === false) return event;
    const header = sealedHeader(sealed);
    // Whoever may write anywhere in the log must not have it opened elsewhere.
    if (header.tenant !== event.address.tenant || header.id !== event.address.id) throw foreign(event);
    const openWith = (key: SubjectKey): RecordedEvent => withContent(event, { clear: contentOf(open(key, sealed)) });
    const closed = (error: unknown): RecordedEvent => {
      if (isFault(error, SEALING_FAULTS.erased)) return event;
      throw error;
    };
    try {
      const held = this.keys.holds(header.kid);
      return held === undefined ? this.keys.key(header, dispatch).then(openWith).catch(closed) : openWith(held);
    } catch (error) {
      return closed(error);
    }
  }

  /** The same event with its content sealed. Events without a data subject are of before, or hold none. */
  private sealed(event: NewEvent, dispatch: string | undefined): NewEvent | Promise<NewEvent> {
    const { dataSubject } = event.envelope;
    const parts = slotOf(event)?.clear?.parts;
    if (dataSubject === undefined || parts === undefined || parts.length === 0 || !isUuid(dataSubject)) return event;
    const [, , tenant = '', , id = ''] = event.subject.split('.');
    const name = { tenant, subject: dataSubject };
    const sealWith = (key: SubjectKey): NewEvent => withContent(event, { sealed: seal(key, { id }, JSON.stringify({ parts })) });
    const held = this.keys.holds(kidOf(name));
    return held === undefined ? this.keys.key(name, dispatch).then(sealWith) : sealWith(held);
  }
}

interface Bodied {
  readonly body: { readonly data: unknown };
}

/** Where an event of any type keeps its content. */
export const slotOf = ({ body }: Bodied): ContentSlotJson | undefined =>
  (body.data as { readonly content?: ContentSlotJson } | undefined)?.content;

const sealedIn = (event: RecordedEvent): string | undefined => slotOf(event)?.sealed;

const withContent = <E extends Bodied>(event: E, content: ContentSlotJson): E => ({
  ...event,
  body: { ...event.body, data: { ...(event.body.data as object), content } },
});

function contentOf(text: string): NonNullable<ReturnType<typeof contentIn>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const content = contentIn(value);
  if (content === undefined) throw new Fault(SEALING_FAULTS.malformed, { retryable: false, message: 'what was sealed is no content' });
  return content;
}

const foreign = ({ sequence }: RecordedEvent): Fault =>
  new Fault(SEALING_FAULTS.foreign, {
    retryable: false,
    message: 'the content was sealed for another tenant, task or document',
    details: { sequence },
  });

import { type Verb, aggregatePrefix, SCOPE_OF, parseIngressSubject, type Scope } from '@octobus/contracts';
import type { EventLog, RecordedEvent } from '@octobus/event-log';
import type { DeadLetters, StoredLetter } from '@octobus/jetstream';
import { type Instant, isFault, uuidv7 } from '@octobus/kernel';
import { randomBytesPooled } from '@octobus/telemetry';
import { type Principal, isOperator } from '../auth/principal.ts';
import type { Door } from '../door/door.ts';
import type { Verdicts } from '../live/verdicts.ts';
import { RequestFault } from '../problems/problem.ts';

export interface LetterDoorParts {
  readonly letters: DeadLetters;
  readonly log: EventLog;
  readonly door: Door;
  readonly verdicts: Verdicts;
  readonly clock: () => Instant;
}

/** What has become of a request so far. */
export interface LetterAnswer {
  readonly id: string;
  readonly state: 'requested' | 'redriven' | 'dropped';
  /** The command that was sent, and what it is for. */
  readonly verb?: string;
  readonly target?: string;
}

/** For an answer of the platform, which does what is asked. */
const ANSWER_MS = 2_000;

/** Looks at dead letters and asks the platform to redrive or drop them; a tenant's own, for the operator everybody's. */
export class LetterDoor {
  private readonly parts: LetterDoorParts;

  constructor(parts: LetterDoorParts) {
    this.parts = parts;
  }

  /** `tenant` undefined: all, for the operator. */
  list(tenant: string | undefined, page: { readonly limit: number; readonly after: number }) {
    return known(this.parts.letters.list({ ...page, ...(tenant === undefined ? {} : { tenant }) }));
  }

  /** Fault `dead-letter-unknown` for another tenant's, too. */
  async find(principal: Principal, id: string): Promise<StoredLetter> {
    const letter = await known(this.parts.letters.find(id));
    if (letter === undefined || (letter.tenant !== principal.tenant && !isOperator(principal))) throw unknown();
    return letter;
  }

  /** Faults: `dead-letter-unknown`, `dead-letter-settled`, `forbidden`, `redrive-refused`. */
  async ask(principal: Principal, id: string, verb: 'redrive' | 'drop', traceparent: string | undefined): Promise<LetterAnswer> {
    const letter = await this.unsettled(principal, id);
    mustHaveScopeOf(principal, letter);
    const { tenant } = letter;
    const command = uuidv7(this.parts.clock(), randomBytesPooled(16));
    const prefix = aggregatePrefix({ tenant, aggregate: 'letter', id });
    const done = this.parts.verdicts.expect(`${prefix}.flow.${verb}`);
    const refused = this.parts.verdicts.expect(`${prefix}.flow.refused.${command}`);
    try {
      await this.parts.door.enter(principal, { verb, tenant, target: id, body: { letter: id }, id: command, traceparent });
      return answerOf(id, await Promise.race([done.within(ANSWER_MS), refused.within(ANSWER_MS)]));
    } finally {
      done.cancel();
      refused.cancel();
    }
  }

  /** A letter that is gone was dealt with, by whatever call, or never was. */
  private async unsettled(principal: Principal, id: string): Promise<StoredLetter> {
    try {
      return await this.find(principal, id);
    } catch (error) {
      if (!isFault(error, 'dead-letter-unknown') || !/^\d{1,16}-[0-9a-f]{8}$/.test(id)) throw error;
      const prefix = aggregatePrefix({ tenant: principal.tenant, aggregate: 'letter', id });
      for (const verb of ['redrive', 'drop']) if ((await this.parts.log.last(`${prefix}.flow.${verb}`)) !== undefined) throw settled(verb);
      throw error;
    }
  }
}

const settled = (verb: string): RequestFault =>
  new RequestFault('dead-letter-settled', `the dead letter was ${verb === 'drop' ? 'dropped' : 'redriven'} before`);
const unknown = (): RequestFault => new RequestFault('dead-letter-unknown', 'there is no such dead letter here');

/** Nobody has a command sent that they may not send themselves. */
function mustHaveScopeOf(principal: Principal, letter: StoredLetter): void {
  const scope = scopeOf(letter);
  if (!principal.scopes.includes(scope) && !isOperator(principal))
    throw new RequestFault('forbidden', `what this dead letter is about needs a key with the scope "${scope}"`);
}

function scopeOf({ aggregate, original }: StoredLetter): Scope {
  const verb: Verb | undefined = parseIngressSubject(original.subject)?.verb;
  if (verb !== undefined) return SCOPE_OF[verb];
  return aggregate === 'document' ? 'documents:write' : 'tasks:write';
}

const REASONS: Readonly<Record<string, string>> = {
  'dead-letter-not-kept': 'its content was not kept: the same command would be refused again',
  'redrive-pointless': 'what it was about has not failed, or somebody has asked for it anew',
  'redrive-unsafe':
    'a step with effects outside was begun, and doing it all again could repeat them: submit the task anew if that is meant',
  'content-sealed': 'its content can not be read here',
};

function answerOf(id: string, event: RecordedEvent | undefined): LetterAnswer {
  const { body } = event ?? {};
  if (body?.type === 'letter.redriven.v1') return { id, state: 'redriven', verb: body.data.verb ?? '', target: body.data.target ?? '' };
  if (body?.type === 'letter.dropped.v1') return { id, state: 'dropped' };
  if (body?.type !== 'letter.redrive-refused.v1') return { id, state: 'requested' };
  const { code = '' } = body.data;
  if (code === 'dead-letter-unknown') throw unknown();
  throw new RequestFault('redrive-refused', `${REASONS[code] ?? 'it can not be redriven'} (${code})`);
}

/** The platform's streams are one dependency for a caller. */
async function known<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!isFault(error, 'dead-letter-unavailable')) throw error;
    throw new RequestFault('log-unavailable', 'the dead letters can not be read now');
  }
}

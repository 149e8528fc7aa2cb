import {
  type EventAddress,
  type VaultKeyAnswer,
  type VaultKeyRequest,
  aggregatePrefix,
  facet,
  isTenantToken,
  parseEventSubject,
} from '@octobus/contracts';
import type { EventLog } from '@octobus/event-log';
import { Fault, isToken } from '@octobus/kernel';
import { SEALING_FAULTS, type SubjectName } from '@octobus/sealing';

export interface KeyQuestionsOptions {
  readonly log: EventLog;
  readonly keys: { get(name: SubjectName): Promise<Uint8Array> };
  /** Services that get the key of any data subject. */
  readonly trusted: readonly string[];
  /** Told of every grant and every refusal. */
  readonly counted: (service: string, outcome: 'granted' | 'refused') => void;
}

/** Who may have which key. The service is read from the subject of the question, which NATS has checked; the question itself is not believed. */
export class KeyQuestions {
  private readonly options: KeyQuestionsOptions;

  constructor(options: KeyQuestionsOptions) {
    this.options = options;
  }

  /** Faults: `vault-refused`, `subject-erased`, and those of the keys. */
  async answer(service: string, body: unknown): Promise<VaultKeyAnswer> {
    try {
      const question = read(body);
      if (!this.options.trusted.includes(service)) await this.mustBeAtWork(service, question);
      const key = await this.options.keys.get({ tenant: question.tenant, subject: question.subject });
      this.options.counted(service, 'granted');
      return { key: Buffer.from(key).toString('base64url') };
    } catch (error) {
      this.options.counted(service, 'refused');
      throw error;
    }
  }

  /** An arm has the keys of the task in which it has an open attempt: scheduled by the orchestrator, neither done nor closed. */
  private async mustBeAtWork(service: string, { tenant, subject, dispatch = '' }: VaultKeyRequest): Promise<void> {
    const at = attemptOf(dispatch);
    if (at === undefined || `arm-${at.arm}` !== service || at.address.tenant !== tenant) throw refused('this is no dispatch to this arm');
    const { log } = this.options;
    const prefix = aggregatePrefix(at.address);
    const [submitted, scheduled, done, closed] = await Promise.all([
      log.last(`${prefix}.${facet.request('submit', at.address.id)}`),
      log.last(dispatch),
      log.last(`${prefix}.${facet.done(at.arm, at.step, at.attempt)}`),
      log.last(`${prefix}.${facet.closed(at.arm, at.step, at.attempt)}`),
    ]);
    if (submitted?.body.type !== 'task.accepted.v1' || submitted.body.data.dataSubject !== subject)
      throw refused('the task is not about this data subject');
    if (scheduled === undefined || done !== undefined || closed !== undefined) throw refused('there is no such open attempt');
  }
}

interface AttemptPlace {
  readonly address: EventAddress;
  readonly arm: string;
  readonly step: string;
  readonly attempt: number;
}

/** `flow.step.<arm>.<class>.<step>.<attempt>` or `fan.<arm>.<class>.<step>.<attempt>` of a task. */
function attemptOf(dispatch: string): AttemptPlace | undefined {
  const address = parseEventSubject(dispatch);
  if (address?.aggregate !== 'task') return undefined;
  const { facet: parts } = address;
  const named = parts[0] === 'fan' ? parts.slice(1) : parts[0] === 'flow' && parts[1] === 'step' ? parts.slice(2) : [];
  const [arm, , step, attempt = ''] = named;
  if (named.length !== 4 || arm === undefined || step === undefined || !/^\d{1,6}$/.test(attempt)) return undefined;
  return { address, arm, step, attempt: Number(attempt) };
}

function read(body: unknown): VaultKeyRequest {
  const { tenant, subject, dispatch } = (typeof body === 'object' && body !== null ? body : {}) as Partial<VaultKeyRequest>;
  if (typeof tenant !== 'string' || !isTenantToken(tenant) || typeof subject !== 'string' || !isToken(subject))
    throw refused('the question names no data subject');
  return { tenant, subject, ...(typeof dispatch === 'string' ? { dispatch } : {}) };
}

const refused = (message: string): Fault => new Fault(SEALING_FAULTS.refused, { retryable: false, message });

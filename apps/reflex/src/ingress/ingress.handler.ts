import {
  type Aggregate,
  type EventBody,
  aggregatePrefix,
  canonicalJson,
  digestFor,
  POLICY_ID,
  facet,
  schedulePrefix,
  subjectToken,
  taskPrefix,
} from '@octobus/contracts';
import type { EventLog, RecordedEvent } from '@octobus/event-log';
import type { ReadyGuard } from '@octobus/guardrails';
import { Fault, type Instant, isFault, isUuid } from '@octobus/kernel';
import type { AdmissionLimits } from '@octobus/limits';
import { type LogRoom, countBlocked, countLimited, endsSomething } from '@octobus/service';
import { type Sealing, keyedDigest } from '@octobus/sealing';
import { type Logger, type RandomBytes, type Tracing, newTraceparent } from '@octobus/telemetry';
import {
  type AuditEntry,
  type ReportCommand,
  blockIn,
  blockedEntry,
  denialOf,
  limitedEntry,
  repeatedEntry,
  replayEntry,
  reportedEntry,
} from '../audit/audit-events.ts';
import type { AnswerCache, Remembered } from '../cache/answer-cache.ts';
import { type AboutPerson, requestIngest } from '../document/request-ingest.ts';
import { identityFacts } from '../identity/identity-events.ts';
import { letterRequest } from '../letter/letter-requests.ts';
import { requestPolicy } from '../policy/adopt-policy.ts';
import { storePolicy } from '../policy/store-policy.ts';
import { type AboutSubmission, acceptTask } from '../submit/accept-task.ts';
import { requestCancel } from '../submit/request-cancel.ts';
import { acceptSchedule } from '../schedule/accept-schedule.ts';
import { type ScheduleChange, requestChange } from '../schedule/change-schedule.ts';
import { aggregateOf } from './aggregate-of.ts';
import { CommandRecords, type Sender } from './command-records.ts';
import { type Command, type IngressMessage, readCommand, refuse } from './command.ts';
import { openCommand } from './open-command.ts';
import { aboutOfBefore } from './repetition.ts';

export interface IngressOptions {
  readonly log: EventLog;
  readonly logger: Logger;
  readonly tracing: Tracing;
  readonly clock: () => Instant;
  /** Of event ids and new traces; without: the system's. */
  readonly random?: RandomBytes;
  readonly doorKey: string;
  readonly sealing: Sealing;
  /** What the tenant lets in. Without: what the release does. Fault: nothing is let in that can't be judged. */
  readonly guardOf?: (tenant: string) => ReadyGuard | Promise<ReadyGuard>;
  /** Without: the log takes whatever comes. */
  readonly room?: LogRoom;
  /** Of senders whom the gateway has not counted; without: none. */
  readonly limits?: Pick<AdmissionLimits, 'take'>;
  /** Tasks that asked the same before; without: every task is answered anew. */
  readonly answers?: AnswerCache;
}

const OVERTAKING_TRIES = 6;
const RATE_LIMITED = 'rate-limited';

/**
 * Screens commands and makes each one event `request.<verb>.<command>`, once however often it comes.
 * What is malformed, forbidden or in conflict with an earlier command is a fault that can't be retried: it goes to the dead letters without its payload.
 * What its sender had no right to is an `audit.denied` event before that.
 */
export class IngressHandler {
  private readonly options: IngressOptions;
  private readonly sealing: Sealing;
  private readonly records: CommandRecords;

  constructor(options: IngressOptions) {
    this.options = options;
    this.sealing = options.sealing;
    this.records = new CommandRecords(options);
  }

  /** `deliveries`: 1 the first time. */
  async handle(message: IngressMessage, deliveries = 1): Promise<void> {
    let command: Command | undefined;
    try {
      command = readCommand(await openCommand(message, this.sealing), this.options.doorKey);
      if (await this.isLetIn(command)) await this.screen(command, deliveries);
      else await this.turnAway(command, deliveries);
    } catch (error) {
      await this.tellDenial(message, command, error);
      throw error;
    }
  }

  /** What came through the gateway was counted there. Fault `limits-unavailable`. */
  private async isLetIn({ tenant, actor, verb, origin, signed }: Command): Promise<boolean> {
    const { limits } = this.options;
    if (limits === undefined || signed || origin !== 'nats' || endsSomething(verb)) return true;
    const verdict = await limits.take({ tenant, user: actor, route: `NATS ${verb}` });
    if (verdict === undefined || verdict.allowed) return true;
    countLimited('reflex', verdict.bucket.scope);
    return false;
  }

  /** A task that was received must not vanish: it ends. Any other command is a denial; one that comes again was let in before, or told of. */
  private async turnAway(command: Command, deliveries: number): Promise<void> {
    const { tenant, verb, target, actor, dataSubject, person } = command;
    if (verb !== 'submit') {
      if (deliveries > 1) await this.screen(command, deliveries);
      else await this.tell(command, tenant, limitedEntry(command));
      return;
    }
    const token = person ?? subjectToken(this.options.doorKey, tenant, dataSubject);
    const refusal = { owner: actor, dataSubject: token, commandId: target, code: RATE_LIMITED };
    await this.records.append(command, { tenant, aggregate: 'task', id: target }, facet.request('submit', target), {
      type: 'task.rejected.v1',
      data: refusal,
    });
  }

  private async screen(command: Command, deliveries: number): Promise<void> {
    await this.options.tracing.span(`screen ${command.verb}`, command.traceparent, { kind: 'consumer' }, (traceparent) =>
      this.dispatch({ ...command, traceparent: traceparent ?? newTraceparent(this.options.random) }, deliveries),
    );
    this.options.logger.info({ tenant: command.tenant, [aggregateOf(command)]: command.target, command: command.id }, command.verb);
  }

  private async dispatch(command: Command, deliveries: number): Promise<void> {
    switch (command.verb) {
      case 'submit':
        return this.admit(command as Command<'submit'>, 'task', (about, guard) =>
          acceptTask(command as Command<'submit'>, about, this.options.clock(), guard),
        );
      case 'cancel':
        return this.cancel(command as Command<'cancel'>, deliveries);
      case 'ingest':
        return this.ingest(command as Command<'ingest'>);
      case 'redrive':
      case 'drop':
        return this.record(command, 'letter', command.target, command.verb, letterRequest(command as Command<'redrive'> | Command<'drop'>));
      case 'report-denial':
      case 'report-refusals':
      case 'report-output':
        return void (await this.tell(command, command.tenant, reportedEntry(command as ReportCommand)));
      case 'set-policy':
        return this.setPolicy(command as Command<'set-policy'>);
      case 'open-replay':
      case 'close-replay':
        return void (await this.tell(command, command.tenant, replayEntry(command as Command<'open-replay'> | Command<'close-replay'>)));
      case 'create-schedule':
        return this.admit(command as Command<'create-schedule'>, 'schedule', (about, guard) =>
          acceptSchedule(command as Command<'create-schedule'>, about, this.options.clock(), guard),
        );
      case 'pause-schedule':
      case 'resume-schedule':
      case 'delete-schedule':
        return this.changeSchedule(command as Command<ScheduleChange>, deliveries);
      case 'erase':
        return this.record(command, 'subject', command.target, 'erase', requestErasure(command));
      default:
        return this.identity(command);
    }
  }

  /** The request is its audit entry; the version that it makes stands where the one before stood. */
  private async setPolicy(command: Command<'set-policy'>): Promise<void> {
    await this.record(command, 'policy', POLICY_ID, 'set-policy', requestPolicy(command));
    await storePolicy(this.records.log, command, (body) => this.records.envelope(command, POLICY_ID, body, undefined));
  }

  /** It may overtake the command that creates the schedule, as a cancel its submission. */
  private async changeSchedule(command: Command<ScheduleChange>, deliveries: number): Promise<void> {
    const { tenant, target } = command;
    const created = await this.options.log.last(`${schedulePrefix(tenant, target)}.${facet.request('create-schedule', target)}`);
    if (created?.body.type !== 'schedule.create-requested.v1')
      throw new Fault('schedule-unknown', { retryable: deliveries < OVERTAKING_TRIES, message: 'there is no such schedule' });
    await this.record(command, 'schedule', target, command.verb, requestChange(command));
  }

  /** What is accepted or refused as a whole, once: the same body under the same id changes nothing, another is in conflict. */
  private async admit(
    command: Command<'submit' | 'create-schedule'>,
    aggregate: 'task' | 'schedule',
    answer: (about: AboutSubmission, guard: ReadyGuard | undefined) => EventBody,
  ): Promise<void> {
    const { tenant, target } = command;
    const address = { tenant, aggregate, id: target };
    const place = facet.request(command.verb, target);
    await this.records.mustFit(command, `${aggregatePrefix(address)}.${place}`);
    const content = canonicalJson(command.body);
    const { dataSubject, digest, keyed } = await this.aboutPerson(command, content);
    const remembered = await this.rememberedOf(command, keyed);
    const body = answer({ dataSubject, bodyDigest: digest, sameAs: remembered?.task }, await this.options.guardOf?.(tenant));
    const earlier = await this.records.append(command, address, place, body);
    if (earlier?.type === 'task.rejected.v1' && earlier.data.code === RATE_LIMITED) return;
    await this.tellBlocked(command, aggregate, body);
    if (remembered !== undefined && body.type === 'task.accepted.v1') void this.options.answers?.remember(remembered, target);
    if (earlier === undefined) return;
    const { bodyDigest: known } = earlier.data as { readonly bodyDigest?: string };
    // Recorded before there was a vault, it has a digest under a key of the tenant.
    if (known === digest || known === digestFor(this.options.doorKey, tenant, content)) return;
    throw refuse('command-conflict', `another ${command.verb} has this id already`);
  }

  /** The earlier task that may answer this one; a schedule is made anew each time. */
  private async rememberedOf(command: Command<'submit' | 'create-schedule'>, keyed: Keyed['keyed']): Promise<Remembered | undefined> {
    if (command.verb !== 'submit') return undefined;
    const { tenant, actor, body } = command as Command<'submit'>;
    return this.options.answers?.find({ tenant, owner: actor, body, keyed });
  }

  private async ingest(command: Command<'ingest'>): Promise<void> {
    const { tenant, target, body } = command;
    const address = { tenant, aggregate: 'document', id: target } as const;
    const place = facet.request('ingest', command.id);
    await this.records.mustFit(command, `${aggregatePrefix(address)}.${place}`);
    const about = await this.aboutPerson(command, body.text ?? '');
    await this.records.once(command, address, place, requestIngest(command, about), () => requestIngest(command, aboutOfBefore(command)));
  }

  /**
   * Whom the command is about, by a token, and a digest of what it brings that nobody without their key can try. Faults: `subject-erased`: nothing
   * of theirs is taken any more; `vault-unavailable`.
   */
  private async aboutPerson({ tenant, dataSubject: name, person }: Command, content: string): Promise<AboutPerson & Keyed> {
    const { doorKey } = this.options;
    const dataSubject = person ?? subjectToken(doorKey, tenant, name);
    const key = await this.sealing.key({ tenant, subject: dataSubject });
    const keyed = (text: string): string => (key === undefined ? digestFor(doorKey, tenant, text) : keyedDigest(key, text));
    return { dataSubject, digest: keyed(content), keyed };
  }

  /** Token of the person whom a task is about; undefined for a task that the log doesn't know. */
  async personOfTask(tenant: string, task: string): Promise<string | undefined> {
    const submitted = await this.submissionOf(tenant, task);
    if (submitted?.type !== 'task.accepted.v1' && submitted?.type !== 'task.rejected.v1') return undefined;
    const { dataSubject: named = '' } = submitted.data;
    return isUuid(named) ? named : subjectToken(this.options.doorKey, tenant, named);
  }

  private async submissionOf(tenant: string, task: string): Promise<RecordedEvent['body'] | undefined> {
    return (await this.records.log.last(`${taskPrefix(tenant, task)}.${facet.request('submit', task)}`))?.body;
  }

  /** A cancel may overtake its submission, since commands are screened side by side: it is tried again some times. */
  private async cancel(command: Command<'cancel'>, deliveries: number): Promise<void> {
    const { tenant, target } = command;
    const submitted = await this.submissionOf(tenant, target);
    if (submitted?.type === 'task.rejected.v1') throw refuse('task-unknown', 'the task was refused');
    if (submitted?.type !== 'task.accepted.v1') {
      throw new Fault('task-unknown', { retryable: deliveries < OVERTAKING_TRIES, message: 'there is no such task' });
    }
    const body = requestCancel(command);
    // One place for all cancels of a task: a second one changes nothing, and is told of apart.
    const { dataSubject } = submitted.data;
    const place = facet.request('cancel', target);
    const earlier = await this.records.append(command, { tenant, aggregate: 'task', id: target }, place, body, dataSubject);
    const repeated = earlier?.type === body.type && earlier.data.commandId !== command.id;
    if (repeated) await this.tell(command, tenant, repeatedEntry(command, 'task'));
  }

  /** A blocking verdict is told to whoever keeps watch, once, and counted. */
  private async tellBlocked(command: Command, aggregate: string, answer: EventBody): Promise<void> {
    const blocked = blockIn(answer);
    if (blocked === undefined) return;
    const { tenant } = command;
    const entry = blockedEntry(command, aggregate, blocked);
    if (await this.tell(command, tenant, entry)) countBlocked('reflex', blocked.code);
  }

  /** Once, however often it is told; true the first time. */
  private async tell(command: Sender, tenant: string, { id, place, body }: AuditEntry): Promise<boolean> {
    return this.records.once(command, { tenant, aggregate: 'audit', id }, place, body);
  }

  private async tellDenial(message: IngressMessage, command: Command | undefined, error: unknown): Promise<void> {
    const denial = denialOf(message, error);
    if (denial === undefined) return;
    const { tenant, id } = denial;
    const sender: Sender = command ?? { verb: 'report-denial', signed: false, causation: id, actor: `nats:${tenant}`, origin: 'nats' };
    try {
      await this.tell(sender, tenant, denial);
    } catch (failure) {
      if (!isFault(failure, 'log-full')) throw failure;
    }
  }

  private async identity(command: Command): Promise<void> {
    const { tenant, id, request, facts } = identityFacts(command);
    const aggregate = { tenant, aggregate: 'identity', id } as const;
    await this.records.once(command, aggregate, facet.request(command.verb, command.id), request);
    for (const { facet: place, body } of facts) await this.records.once(command, aggregate, place, body);
  }

  private async record(command: Command, aggregate: Aggregate, id: string, verb: string, body: EventBody): Promise<void> {
    await this.records.once(command, { tenant: command.tenant, aggregate, id }, facet.request(verb, command.id), body);
  }
}

/** Digests that nobody without the person's key can try. */
interface Keyed {
  readonly keyed: (text: string) => string;
}

const requestErasure = ({ id }: Command): EventBody => ({ type: 'subject.erasure-requested.v1', data: { commandId: id } });

import { type Aggregate, type Envelope, type EventBody, HEADER, aggregatePrefix, facet, taskPrefix } from '@octobus/contracts';
import type { EventLog } from '@octobus/event-log';
import { type Instant, formatInstant, uuidv7 } from '@octobus/kernel';
import { type Tracing, randomBytesPooled } from '@octobus/telemetry';
import { requestIngest } from '../document/request-ingest.ts';
import { identityFacts } from '../identity/identity-events.ts';
import { acceptTask } from '../submit/accept-task.ts';
import { type Command, type IngressMessage, readCommand, refuse } from './command.ts';

export interface IngressOptions {
  readonly log: EventLog;
  readonly tracing: Tracing;
  readonly clock: () => Instant;
  readonly doorKey: string;
}

/**
 * Screens commands and makes each one event `request.<verb>.<command>`, once however often it comes.
 * What is malformed, forbidden or in conflict with an earlier command is a fault that can't be retried: it goes to the dead letters without its payload.
 */
export class IngressHandler {
  private readonly options: IngressOptions;

  constructor(options: IngressOptions) {
    this.options = options;
  }

  async handle(message: IngressMessage): Promise<void> {
    const command = readCommand(message, this.options.doorKey);
    await this.options.tracing.span(`screen ${command.verb}`, command.traceparent, { kind: 'consumer' }, (traceparent) =>
      this.dispatch({ ...command, traceparent }),
    );
  }

  private async dispatch(command: Command): Promise<void> {
    switch (command.verb) {
      case 'submit':
        return this.submit(command as Command<'submit'>);
      case 'cancel':
        return this.cancel(command as Command<'cancel'>);
      case 'ingest': {
        const request = requestIngest(command as Command<'ingest'>);
        await this.append(command, 'document', command.tenant, command.target, facet.request('ingest', command.id), request);
        return;
      }
      default:
        return this.identity(command);
    }
  }

  private async submit(command: Command<'submit'>): Promise<void> {
    const answer = acceptTask(command, this.options.doorKey, this.options.clock());
    const place = facet.request('submit', command.target);
    const subject = `${taskPrefix(command.tenant, command.target)}.${place}`;
    if (await this.append(command, 'task', command.tenant, command.target, place, answer)) return;
    const earlier = await this.options.log.last(subject);
    const digest =
      earlier?.body.type === 'task.accepted.v1' || earlier?.body.type === 'task.rejected.v1' ? earlier.body.data.bodyDigest : '';
    if (digest !== answer.data.bodyDigest) throw refuse('command-conflict', 'another submission has this id already');
  }

  private async cancel(command: Command<'cancel'>): Promise<void> {
    const submitted = await this.options.log.last(
      `${taskPrefix(command.tenant, command.target)}.${facet.request('submit', command.target)}`,
    );
    if (submitted?.body.type !== 'task.accepted.v1') throw refuse('task-unknown', 'there is no such task');
    const body: EventBody = { type: 'task.cancel-requested.v1', data: { commandId: command.id, reason: command.body.reason ?? '' } };
    await this.append(command, 'task', command.tenant, command.target, facet.request('cancel', command.id), body);
  }

  private async identity(command: Command): Promise<void> {
    const { tenant, id, request, facts } = identityFacts(command);
    await this.append(command, 'identity', tenant, id, facet.request(command.verb, command.id), request);
    for (const { facet: place, body } of facts) await this.append(command, 'identity', tenant, id, place, body);
  }

  /** False when the subject is taken: the command, or another with its id, was here before. */
  private async append(
    command: Command,
    aggregate: Aggregate,
    tenant: string,
    id: string,
    place: string,
    body: EventBody,
  ): Promise<boolean> {
    const subject = `${aggregatePrefix({ tenant, aggregate, id })}.${place}`;
    const event = { subject, envelope: this.envelope(command, id, body), body };
    const appended = await this.options.log.append(event, { filter: subject, sequence: 0 });
    return !('conflict' in appended);
  }

  private envelope(command: Command, correlation: string, body: EventBody): Envelope {
    const now = this.options.clock();
    return {
      id: uuidv7(now, randomBytesPooled(16)),
      type: body.type,
      source: 'octobus/reflex',
      time: formatInstant(now),
      correlation,
      causation: command.causation,
      actor: command.actor,
      ...(command.traceparent === undefined ? {} : { [HEADER.traceparent]: command.traceparent }),
    };
  }
}

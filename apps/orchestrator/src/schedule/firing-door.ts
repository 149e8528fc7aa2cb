import { type Commands, HEADER, idFromName, ingressSubject, signAtDoor } from '@octobus/contracts';

/** Publishes to a stream and resolves when it is durable there. Faults: `log-unavailable`, `ingress-full`, both retryable. */
export type PublishCommand = (subject: string, headers: readonly (readonly [string, string])[], payload: Uint8Array) => Promise<unknown>;

/** One firing of one schedule, and what it submits. */
export interface Firing {
  readonly tenant: string;
  readonly schedule: string;
  readonly n: number;
  /** Whom the task belongs to: the owner of the schedule. */
  readonly owner: string;
  /** ce-id of the event that the timer became. */
  readonly cause: string;
  readonly body: Commands['submit'];
  readonly traceparent: string | undefined;
}

/**
 * Submits the tasks of schedules by the door of every command, INGRESS: they are screened and counted like any other. A firing gives the same
 * command with the same id, however often and by however many orchestrators it is submitted.
 */
export class FiringDoor {
  private readonly publish: PublishCommand;
  private readonly key: string;

  /** `key`: as of `scheduleKeyOf`. */
  constructor(publish: PublishCommand, key: string) {
    this.publish = publish;
    this.key = key;
  }

  /** Nobody outside can guess it and take its place. */
  taskOf({ tenant, schedule, n }: Pick<Firing, 'tenant' | 'schedule' | 'n'>): string {
    return idFromName(this.key, tenant, 'task', `schedule\n${schedule}\n${n}`);
  }

  async submit(firing: Firing): Promise<void> {
    const target = this.taskOf(firing);
    const subject = ingressSubject(firing.tenant, 'submit');
    const payload = Buffer.from(JSON.stringify(firing.body), 'utf8');
    const claim = { subject, id: target, actor: firing.owner, target, payload };
    await this.publish(
      subject,
      [
        [HEADER.specVersion, '1.0'],
        [HEADER.id, target],
        [HEADER.type, 'octobus.submit.v1'],
        [HEADER.source, 'octobus/orchestrator'],
        [HEADER.subject, target],
        [HEADER.causation, firing.cause],
        [HEADER.actor, firing.owner],
        [HEADER.door, signAtDoor(this.key, claim)],
        ...(firing.traceparent === undefined ? [] : [[HEADER.traceparent, firing.traceparent] as const]),
      ],
      payload,
    );
  }
}

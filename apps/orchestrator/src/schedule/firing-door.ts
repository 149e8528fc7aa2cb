import { type Commands, HEADER, idFromName, ingressSubject, signAtDoor } from '@octobus/contracts';
import { type Sealing, commandPayload } from '@octobus/sealing';

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
  /** Token of the person whom the task is about; undefined in schedules of before, whose commands are sealed by reflex. */
  readonly dataSubject: string | undefined;
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
  private readonly sealing: Sealing;

  /** `key`: as of `scheduleKeyOf`. Without `sealing` commands stay as they are. */
  constructor(publish: PublishCommand, key: string, sealing: Sealing) {
    this.sealing = sealing;
    this.publish = publish;
    this.key = key;
  }

  /** Nobody outside can guess it and take its place. */
  taskOf({ tenant, schedule, n }: Pick<Firing, 'tenant' | 'schedule' | 'n'>): string {
    return idFromName(this.key, tenant, 'task', `schedule\n${schedule}\n${n}`);
  }

  /** Faults besides those of publishing: `subject-erased`, `vault-unavailable`. */
  async submit(firing: Firing): Promise<void> {
    const target = this.taskOf(firing);
    const subject = ingressSubject(firing.tenant, 'submit');
    const { tenant, dataSubject } = firing;
    const sealWith = dataSubject === undefined ? undefined : await this.sealing.key({ tenant, subject: dataSubject });
    const payload = commandPayload(sealWith, target, firing.body);
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
        ...(dataSubject === undefined ? [] : [[HEADER.dataSubject, dataSubject] as const]),
        ...(firing.traceparent === undefined ? [] : [[HEADER.traceparent, firing.traceparent] as const]),
      ],
      payload,
    );
  }
}

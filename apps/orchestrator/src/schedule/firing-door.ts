import { type Commands, type PublishCommand, idFromName, signedCommand } from '@octobus/contracts';
import { type Sealing, commandPayload } from '@octobus/sealing';

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
    const { tenant, dataSubject, owner, cause, traceparent } = firing;
    const target = this.taskOf(firing);
    const sealWith = dataSubject === undefined ? undefined : await this.sealing.key({ tenant, subject: dataSubject });
    const payload = commandPayload(sealWith, target, firing.body);
    const vouched = {
      tenant,
      verb: 'submit',
      id: target,
      target,
      actor: owner,
      payload,
      dataSubject,
      causation: cause,
      traceparent,
    } as const;
    const signed = signedCommand(this.key, { ...vouched, source: 'octobus/orchestrator' });
    await this.publish(signed.subject, signed.head, signed.payload);
  }
}

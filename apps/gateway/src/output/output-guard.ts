import { createHash } from 'node:crypto';
import type { RecordedEvent } from '@octobus/event-log';
import type { ReadyGuard } from '@octobus/guardrails';
import type { TaskHistory, Timeline } from '@octobus/task';
import { Counter, type Logger, registry } from '@octobus/telemetry';
import type { Door } from '../door/door.ts';
import { type GuardMark, type ShownTask, shownEvent, shownHistory, shownLine } from './shown-output.ts';

let outputs: Counter<'verdict'> | undefined;
let findings: Counter<'check' | 'action'> | undefined;

const outputCounter = (): Counter<'verdict'> =>
  (outputs ??= new Counter({
    name: 'octobus_guarded_outputs_total',
    help: 'Results and contents of arms that were checked before they left, by verdict.',
    labelNames: ['verdict'],
    registers: [registry],
  }));

/** Kinds are no label: topics are named by tenants. */
const findingCounter = (): Counter<'check' | 'action'> =>
  (findings ??= new Counter({
    name: 'octobus_guard_findings_total',
    help: 'What was found in outputs, once an output and kind.',
    labelNames: ['check', 'action'],
    registers: [registry],
  }));

/** Blocks that were told of, remembered so that a reader who comes again tells nothing new. */
const MOST_TOLD = 10_000;

export interface OutputGuardOptions {
  /** Faults `policy-unavailable`, `policy-unreadable`: then nothing leaves. */
  readonly guardOf: (tenant: string) => ReadyGuard | Promise<ReadyGuard>;
  readonly door: Pick<Door, 'enter'>;
  readonly logger: Pick<Logger, 'warn'>;
}

/** The last door: what arms have written is checked by the tenant's policy before anybody is shown it. */
export class OutputGuard {
  private readonly options: OutputGuardOptions;
  private readonly told = new Set<string>();

  constructor(options: OutputGuardOptions) {
    this.options = options;
  }

  /** A task and its timeline as they may leave. */
  async history(tenant: string, history: TaskHistory): Promise<{ readonly view: ShownTask; readonly timeline: readonly Timeline[] }> {
    const shown = shownHistory(history, await this.options.guardOf(tenant));
    if (shown.view.result !== undefined) this.count(tenant, shown.view.id, shown.view.result.guard);
    return shown;
  }

  /** The same of lines one by one, by the policy as it is at each. */
  async lines(tenant: string): Promise<(entry: Timeline) => Timeline> {
    let guard = await this.options.guardOf(tenant);
    return (entry) => {
      const now = this.options.guardOf(tenant);
      if (!(now instanceof Promise)) guard = now;
      else
        void now.then(
          (fresh) => (guard = fresh),
          () => undefined,
        );
      return shownLine(entry, guard);
    };
  }

  /** A recorded event, opened, as it may leave, and what was done to it. */
  async event(tenant: string, event: RecordedEvent): Promise<{ readonly event: RecordedEvent; readonly mark?: GuardMark }> {
    const shown = shownEvent(event, await this.options.guardOf(tenant));
    if (shown === undefined) return { event };
    this.count(tenant, event.address.id, shown.mark);
    return shown;
  }

  private count(tenant: string, task: string, mark: GuardMark): void {
    outputCounter().inc({ verdict: mark.verdict });
    for (const { check, action } of mark.findings) findingCounter().inc({ check, action });
    if (mark.verdict === 'block') void this.tell(tenant, task, mark);
  }

  /** Once a task, policy and finding; a block that could not be told of is told when it happens again. Never rejects. */
  private async tell(tenant: string, taskId: string, { policyVersion, findings: found }: GuardMark): Promise<void> {
    const named = [...new Set(found.map(({ check, kind }) => `${check} ${kind}`))].sort().slice(0, 20);
    const name = [tenant, taskId, policyVersion, ...named].join('\n');
    if (this.told.has(name)) return;
    if (this.told.size >= MOST_TOLD) this.told.clear();
    this.told.add(name);
    this.options.logger.warn({ tenant, task: taskId, policyVersion, findings: named }, 'an output was blocked');
    try {
      const id = createHash('sha256').update(name).digest('hex').slice(0, 32);
      const body = { taskId, policyVersion, findings: named };
      const gateway = { actor: 'gateway', origin: 'rest' } as const;
      await this.options.door.enter(gateway, { verb: 'report-output', tenant, target: tenant, body, id, traceparent: undefined });
    } catch (error) {
      this.told.delete(name);
      this.options.logger.warn({ err: error }, 'a blocked output could not be told of, and will be');
    }
  }
}

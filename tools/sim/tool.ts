import type { Json, PaidCall, StepResult, StepRun, Worker } from '@octobus/arm';
import { Fault, microUsdOf } from '@octobus/kernel';
import type { Chance } from './chance.ts';
import type { Process } from './process.ts';

/** What a simulated step does. */
export interface Behaviour {
  readonly ms: number;
  readonly parts: number;
  /** Parts without effect, which may be recorded together. */
  readonly quick?: boolean;
  readonly calls: readonly ToolCall[];
  /** How the step ends, in the first so many attempts. */
  readonly fail?: 'retryable' | 'final';
  readonly failures?: number;
}

const IDLE: Behaviour = { ms: 0, parts: 0, calls: [] };

export interface ToolCall {
  readonly effect: PaidCall['effect'];
  readonly worst: number;
  readonly cost: number;
  readonly ms: number;
  /** The tool answers that it could not do it (`refused`), or nobody knows whether it did (`silent`), with this chance. */
  readonly refused?: number;
  readonly silent?: number;
}

/** What calls have done to the world: how often each acted, by task, step and place in the step. */
export class Effects {
  readonly once = new Map<string, number>();
  readonly all = new Map<string, number>();

  act(effect: PaidCall['effect'], name: string): void {
    this.all.set(name, (this.all.get(name) ?? 0) + 1);
    if (effect === 'once') this.once.set(name, (this.once.get(name) ?? 0) + 1);
  }
}

export interface ToolWorld {
  readonly process: Process;
  readonly chance: Chance;
  readonly effects: Effects;
  /** By task and step. */
  readonly behaviours: ReadonlyMap<string, Behaviour>;
  /** True: effects are made without the journal. For the test of the tests. */
  readonly unjournalled?: boolean;
}

/** Steps that take time, journal parts, and call tools that cost money and change the world, by the wire of a real worker. */
export const toolWorker = (arm: string, world: ToolWorld): Worker => ({
  arm,
  async perform(step: StepRun): Promise<StepResult> {
    const wanted = world.behaviours.get(`${step.task}/${step.step}`) ?? IDLE;
    const inputs = await step.inputs();
    for (let k = 1; k <= wanted.parts; k++) {
      const part = async () => {
        await world.process.pause(wanted.ms / 4);
        return { k };
      };
      await step.run(`part-${k}`, part, { effect: wanted.quick === true ? 'none' : 'any' });
    }
    for (const [k, call] of wanted.calls.entries()) await callTool(step, k + 1, call, world);
    await world.process.pause(wanted.ms);
    if (wanted.fail !== undefined && step.attempt <= (wanted.failures ?? 1)) throw failure(wanted.fail);
    return { parts: [{ name: 'echo', origin: 'ORIGIN_TOOL', mediaType: 'application/json', json: { inputs: inputs.length } }] };
  },
});

function callTool(step: StepRun, k: number, call: ToolCall, world: ToolWorld): Promise<Json> {
  const name = `tool-${k}`;
  const use = async () => {
    await world.process.pause(call.ms);
    if (world.chance.hit(call.refused ?? 0)) throw new Fault('tool-busy', { retryable: true, message: 'the tool was busy' });
    world.effects.act(call.effect, `${step.task}/${step.step}/${name}`);
    if (world.chance.hit(call.silent ?? 0)) throw new Fault('tool-silent', { retryable: true, message: 'the tool did not answer' });
    return { value: { k }, usage: { model: name, priceVersion: '1', costMicroUsd: String(call.cost) } };
  };
  if (world.unjournalled === true) return use().then(({ value }) => value);
  return step.call({ kind: 'tool', name, priceVersion: '1', worstCase: microUsdOf(call.worst), effect: call.effect }, use);
}

/** Of the retryable faults a timeout alone is an outcome, and worth another attempt; the others bring the dispatch again. */
const failure = (kind: 'retryable' | 'final'): Fault =>
  kind === 'retryable'
    ? new Fault('step-timeout', { retryable: true, message: 'the step was to end in a timeout' })
    : new Fault('tool-refused', { retryable: false, message: 'the step was to end in a failure' });

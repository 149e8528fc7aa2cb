import { ArmHandler, type Worker, paidProvider } from '@octobus/arm';
import { STREAMS } from '@octobus/contracts';
import type { Delivery, EventLog, RecordedEvent, Timers } from '@octobus/event-log';
import { ConsumerHost, type HostOptions, type HostedMessage } from '@octobus/jetstream';
import { planWithModel } from '@octobus/models';
import { readyGuard } from '@octobus/guardrails';
import { type Instant, instantOf } from '@octobus/kernel';
import { noSealing } from '@octobus/sealing';
import { createLogger, noTracing } from '@octobus/telemetry';
import { generalistWorker } from '../../apps/arm-generalist/src/generalist.worker.ts';
import { guardianWorker } from '../../apps/arm-guardian/src/guardian.worker.ts';
import { judgeWorker } from '../../apps/arm-judge/src/judge.worker.ts';
import { plannerWorker } from '../../apps/arm-planner/src/planner.worker.ts';
import { retrieverWorker } from '../../apps/arm-retriever/src/retriever.worker.ts';
import { TaskHandler } from '../../apps/orchestrator/src/task/task.handler.ts';
import { taskGroup } from '../../apps/orchestrator/src/task/task-group.ts';
import { ProcessWakes } from '../../apps/orchestrator/src/task/wakes.ts';
import { stepGroup } from '../../libs/arm/src/service/step-group.ts';
import { COMMAND_GROUP } from '../../apps/reflex/src/ingress/command-group.ts';
import { IngressHandler } from '../../apps/reflex/src/ingress/ingress.handler.ts';
import { type HostWorld, hostPorts } from './host.ts';
import { simulatedMemory, simulatedModel } from './model.ts';
import { type Behaviour, type Effects, toolWorker } from './tool.ts';

/** Everything a service is made of in a simulation. */
export interface ServiceWorld extends HostWorld {
  readonly log: EventLog;
  readonly timers: Timers;
  readonly clock: () => number;
  readonly effects: Effects;
  readonly behaviours: ReadonlyMap<string, Behaviour>;
  /** Hears closings that are stored from now on, some of them. */
  readonly live: (filter: string, act: (event: RecordedEvent) => void) => void;
  readonly unjournalled?: boolean;
}

export const DOOR_KEY = 'the door key of a simulation';
const logger = createLogger('simulation', 'silent');

const partsOf = ({ log, clock, chance }: ServiceWorld) => ({
  log,
  sealing: noSealing,
  logger,
  tracing: noTracing,
  clock: (): Instant => instantOf(clock()),
  random: chance.bytes,
});

function deliveryOf(world: ServiceWorld, messages: readonly HostedMessage[]): Delivery | undefined {
  const [first] = messages;
  const [event, ...also] = messages.flatMap(({ sequence }) => world.server.log.at(sequence) ?? []);
  if (first === undefined || event === undefined) return undefined;
  const { deliveries, signal } = first;
  return { event, deliveries, signal, ...(also.length === 0 ? {} : { also }) };
}

/** Handlers of events on a real host. */
interface EventHandler {
  handle(delivery: Delivery): Promise<void>;
  giveUp(delivery: Delivery, cause: string): Promise<void>;
}

type GroupSettings = Pick<HostOptions, 'durables' | 'concurrency' | 'ackWaitMs' | 'maxDeliveries' | 'service'> &
  Partial<Pick<HostOptions, 'prefetch' | 'keyOf' | 'together'>>;

function hostEvents(world: ServiceWorld, settings: GroupSettings, handler: EventHandler): void {
  const host = new ConsumerHost(
    {
      ...settings,
      handler: async (message, also) => {
        const delivery = deliveryOf(world, [message, ...also]);
        if (delivery !== undefined) await handler.handle(delivery);
      },
      onDeadLetter: async (message, cause) => {
        const delivery = deliveryOf(world, [message]);
        if (delivery !== undefined) await handler.giveUp(delivery, cause);
      },
    },
    hostPorts(world),
  );
  host.start();
}

export function startOrchestrator(world: ServiceWorld): void {
  const { process, chance } = world;
  const handler = new TaskHandler({
    ...partsOf(world),
    timers: world.timers,
    // A fault is left to the log's own timer.
    wakes: new ProcessWakes(
      () => undefined,
      (ms, act) => process.after(ms, act),
    ),
    chance: chance.next,
    cacheSize: 8,
  });
  hostEvents(world, taskGroup([STREAMS.events]), handler);
}

export function startReflex(world: ServiceWorld): void {
  const handler = new IngressHandler({ ...partsOf(world), doorKey: DOOR_KEY });
  const host = new ConsumerHost(
    {
      ...COMMAND_GROUP,
      handler: ({ subject, data, header, deliveries }) => handler.handle({ subject, payload: data, header }, deliveries),
    },
    hostPorts(world),
  );
  host.start();
}

const CONCURRENCY = 8;

export function startArm(arm: string, world: ServiceWorld): void {
  const { process } = world;
  const handler = new ArmHandler({ ...partsOf(world), worker: workerOf(arm, world), after: (ms, act) => process.after(ms, act) });
  world.live(`evt.*.*.task.*.arm.${arm}.*.*.closed`, (event) => handler.closed(event.subject));
  process.onReconnect(() => handler.listening());
  handler.listening();
  hostEvents(world, stepGroup(arm, CONCURRENCY, [STREAMS.events]), handler);
}

/** The real workers where what they call can be simulated; steps of `noop` take time and change the world. */
function workerOf(arm: string, world: ServiceWorld): Worker {
  const { process, chance } = world;
  switch (arm) {
    case 'planner':
      return plannerWorker(async (step) => {
        const provider = paidProvider(simulatedModel('plan', process, chance), step);
        const options = { documents: true, maxSteps: 12, boundary: '0123456789abcdef01234567' };
        const { plan, source } = await planWithModel(provider, step.instruction, options);
        return { draft: plan, origin: source };
      });
    case 'retriever':
      return retrieverWorker(simulatedMemory(process, chance));
    case 'generalist':
      return generalistWorker(simulatedModel('answer', process, chance));
    case 'judge':
      return judgeWorker;
    case 'guardian':
      return guardianWorker(() => readyGuard());
    default:
      return toolWorker(arm, world);
  }
}

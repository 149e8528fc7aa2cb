import { Controller, Inject, Module } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { Delivery } from '@octobus/event-log';
import { type GivenUp, JetStreamTimers, givenUp, publishTo } from '@octobus/jetstream';
import type { SubjectName } from '@octobus/sealing';
import { type ServiceContext, type StartService, environment, openContext, openSealing, runConsumers } from '@octobus/service';
import { FiringDoor } from './schedule/firing-door.ts';
import { ScheduleHandler } from './schedule/schedule.handler.ts';
import { TaskHandler } from './task/task.handler.ts';
import { taskGroup } from './task/task-group.ts';
import { ProcessWakes } from './task/wakes.ts';
import { reassertTimers } from './timers/reassert-timers.ts';

const GROUP = 'tasks';

@Controller()
class AggregateConsumer {
  private readonly tasks: TaskHandler;
  private readonly schedules: ScheduleHandler;

  constructor(@Inject(TaskHandler) tasks: TaskHandler, @Inject(ScheduleHandler) schedules: ScheduleHandler) {
    this.tasks = tasks;
    this.schedules = schedules;
  }

  @EventPattern(GROUP)
  handle(@Payload() delivery: Delivery): Promise<void> {
    return this.handlerOf(delivery).handle(delivery);
  }

  @EventPattern(givenUp(GROUP))
  giveUp(@Payload() given: GivenUp): Promise<void> {
    return this.handlerOf(given.message).giveUp(given.message, given.cause);
  }

  private handlerOf({ event }: Delivery): TaskHandler | ScheduleHandler {
    return event.address.aggregate === 'schedule' ? this.schedules : this.tasks;
  }
}

@Module({})
class OrchestratorModule {}

export const start: StartService = async (env) => {
  const context = await openContext('orchestrator', env);
  const { bus, log, logger, tracing, clock } = context;
  const read = environment(env);
  const timers = new JetStreamTimers(bus);
  const wakes = new ProcessWakes((error) => logger.info({ err: error }, 'a rest could not be ended here; its timer will end it'));
  const cacheSize = read.integer('OCTO_TASK_CACHE', 2_000, 1, 1_000_000);
  let forget = (_name: SubjectName): void => undefined;
  const { sealing, stop } = await openSealing(context, { onErased: (name) => forget(name) });
  const tasks = new TaskHandler({ log, timers, wakes, sealing, logger, tracing, clock, chance: Math.random, cacheSize });
  forget = ({ tenant, subject }) => tasks.forget(tenant, subject);
  const door = new FiringDoor(
    (subject, headers, payload) => publishTo(bus, subject, headers, payload),
    read.text('OCTO_SCHEDULE_KEY'),
    sealing,
  );
  const schedules = new ScheduleHandler({ log, timers, door, sealing, logger, tracing, clock });
  const providers = [
    { provide: TaskHandler, useValue: tasks },
    { provide: ScheduleHandler, useValue: schedules },
  ];
  const module = { module: OrchestratorModule, controllers: [AggregateConsumer], providers };
  const stopping = new AbortController();
  const running = await runConsumers(context, module, { [GROUP]: taskGroup(context.logParts.map(({ stream }) => stream)) }, async () => {
    stopping.abort();
    wakes.stop();
    stop();
  });
  reassert(context, timers, stopping.signal);
  return running;
};

/** Beside the work: what is missing is missing for long already. */
function reassert({ log, clock, logger }: ServiceContext, timers: JetStreamTimers, signal: AbortSignal): void {
  reassertTimers({ log, timers, clock, signal }).then(
    (set) => logger[set === 0 ? 'debug' : 'warn']({ set }, 'timers that were missing are set again'),
    (error: unknown) => signal.aborted || logger.error({ err: error }, 'whether timers are missing could not be found out'),
  );
}

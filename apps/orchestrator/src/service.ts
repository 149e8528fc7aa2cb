import { Controller, Inject, Module } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { Delivery } from '@octobus/event-log';
import { type ConsumerGroup, type GivenUp, JetStreamTimers, type LogPart, givenUp } from '@octobus/jetstream';
import { type StartService, environment, openContext, runConsumers } from '@octobus/service';
import { TaskHandler } from './task/task.handler.ts';
import { ProcessWakes } from './task/wakes.ts';

const GROUP = 'tasks';
/** Events held of all streams. */
const PREFETCH = 256;

@Controller()
class TaskConsumer {
  private readonly handler: TaskHandler;

  constructor(@Inject(TaskHandler) handler: TaskHandler) {
    this.handler = handler;
  }

  @EventPattern(GROUP)
  handle(@Payload() delivery: Delivery): Promise<void> {
    return this.handler.handle(delivery);
  }

  @EventPattern(givenUp(GROUP))
  giveUp(@Payload() given: GivenUp): Promise<void> {
    return this.handler.giveUp(given.message, given.cause);
  }
}

@Module({})
class OrchestratorModule {}

/** Many tasks at once, the events of one task one after another. A defect ends the task; what may pass is tried again for hours. */
const groupOf = (parts: readonly LogPart[]): ConsumerGroup => ({
  payload: 'events',
  durables: parts.map(({ stream }) => ({ stream, name: 'orchestrator', weight: 1 })),
  concurrency: 128,
  prefetch: PREFETCH / parts.length,
  ackWaitMs: 2_000,
  maxDeliveries: 1_000,
  keyOf: (message) => message.subject.split('.')[4],
  together: 200,
  service: 'orchestrator',
});

export const start: StartService = async (env) => {
  const context = await openContext('orchestrator', env);
  const { log, logger, tracing, clock } = context;
  const cacheSize = environment(env).integer('OCTO_TASK_CACHE', 2_000, 1, 1_000_000);
  const timers = new JetStreamTimers(context.bus);
  const wakes = new ProcessWakes((error) => logger.info({ err: error }, 'a rest could not be ended here; its timer will end it'));
  const handler = new TaskHandler({ log, timers, wakes, logger, tracing, clock, chance: Math.random, cacheSize });
  const module = { module: OrchestratorModule, controllers: [TaskConsumer], providers: [{ provide: TaskHandler, useValue: handler }] };
  return runConsumers(context, module, { [GROUP]: groupOf(context.logParts) }, async () => wakes.stop());
};

import { Controller, Inject, Module } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { Delivery } from '@octobus/event-log';
import { type GivenUp, LiveFeed, givenUp } from '@octobus/jetstream';
import { type RunningService, type ServiceContext, environment, openSealing, runConsumers } from '@octobus/service';
import { ArmHandler } from '../arm-handler.ts';
import { stepGroup } from './step-group.ts';
import type { Worker } from '../step-run.ts';

const GROUP = 'steps';
const HANDLER = Symbol('arm handler');

@Controller()
class StepConsumer {
  private readonly handler: ArmHandler;

  constructor(@Inject(HANDLER) handler: ArmHandler) {
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
class ArmModule {}

export interface ArmServiceOptions {
  /** Steps at work at once unless `OCTO_CONCURRENCY` says otherwise. */
  readonly concurrency: number;
  readonly close?: () => Promise<void>;
}

/** Serves one arm: takes steps from its three durables, hears closings of its attempts, records outcomes. */
export async function serveArm(context: ServiceContext, worker: Worker, options: ArmServiceOptions): Promise<RunningService> {
  const { log, logger, tracing, clock, bus } = context;
  const { sealing, stop } = await openSealing(context);
  const handler = new ArmHandler({ log, sealing, logger, tracing, clock, worker });
  const feed = new LiveFeed(bus, {
    filter: `evt.*.*.task.*.arm.${worker.arm}.*.*.closed`,
    onEvent: (event) => handler.closed(event.subject),
    // A closing that was missed costs work, not correctness: the outcome is refused.
    onGap: (reason) => {
      if (reason === 'reconnected') handler.listening();
    },
  });
  await feed.established();
  handler.listening();
  const module = { module: ArmModule, controllers: [StepConsumer], providers: [{ provide: HANDLER, useValue: handler }] };
  const concurrency = environment(context.env).integer('OCTO_CONCURRENCY', options.concurrency, 1, 1000);
  return runConsumers(
    context,
    module,
    {
      [GROUP]: stepGroup(
        worker.arm,
        concurrency,
        context.logParts.map(({ stream }) => stream),
      ),
    },
    async () => {
      feed.close();
      stop();
      await options.close?.();
    },
  );
}

import { Controller, Inject, Module } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { ConsumerGroup, HostedMessage } from '@octobus/jetstream';
import { SEALING_FAULTS } from '@octobus/sealing';
import {
  type StartService,
  environment,
  openContext,
  openLimits,
  openPolicies,
  openSealing,
  runConsumers,
  watchLogRoom,
} from '@octobus/service';
import { readyGuard } from '@octobus/guardrails';
import { openAnswerCache } from './cache/open-answer-cache.ts';
import { COMMAND_GROUP } from './ingress/command-group.ts';
import { type Keeping, keptCommand } from './ingress/kept-command.ts';
import { IngressHandler } from './ingress/ingress.handler.ts';

const GROUP = 'commands';

@Controller()
class CommandConsumer {
  private readonly handler: IngressHandler;

  constructor(@Inject(IngressHandler) handler: IngressHandler) {
    this.handler = handler;
  }

  @EventPattern(GROUP)
  handle(@Payload() message: HostedMessage): Promise<void> {
    return this.handler.handle({ subject: message.subject, payload: message.data, header: message.header }, message.deliveries);
  }
}

@Module({})
class ReflexModule {}

const groupOf = (sealPayload: NonNullable<ConsumerGroup['sealPayload']>): ConsumerGroup => ({
  ...COMMAND_GROUP,
  keepPayload: (cause) => !REFUSALS.has(cause),
  sealPayload,
});

/** What the same command would meet again: nothing of it is kept, since nothing could come of it. */
const REFUSALS: ReadonlySet<string> = new Set([
  'command-malformed',
  'command-invalid',
  'command-forbidden',
  'command-conflict',
  SEALING_FAULTS.erased,
]);

export const start: StartService = async (env) => {
  const context = await openContext('reflex', env);
  const { log, logger, tracing, clock } = context;
  const { room, stop } = await watchLogRoom(context);
  const { sealing, stop: unseal } = await openSealing(context);
  const { policies, stop: unhear } = await openPolicies(context, (policy, version) => readyGuard(policy, { version }));
  const doorKey = environment(env).text('OCTO_DOOR_KEY');
  const limits = await openLimits(context, doorKey);
  const handler = new IngressHandler({
    log,
    sealing,
    logger,
    tracing,
    clock,
    doorKey,
    room,
    limits,
    guardOf: (tenant) => policies.of(tenant),
    answers: await openAnswerCache(context),
  });
  const module = { module: ReflexModule, controllers: [CommandConsumer], providers: [{ provide: IngressHandler, useValue: handler }] };
  const keeping: Keeping = {
    sealing,
    doorKey,
    personOfTask: (tenant, task) => handler.personOfTask(tenant, task),
    roomFor: (verb) => !room.refuses({ verb, admitted: false }),
  };
  return runConsumers(context, module, { [GROUP]: groupOf((message) => keptCommand(message, keeping)) }, async () => {
    stop();
    unseal();
    await limits.close();
    unhear();
  });
};

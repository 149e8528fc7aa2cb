import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { DynamicModule } from '@nestjs/common';
import { type BatchGroup, type ConsumerGroup, type HostedMessage, JetStreamStrategy } from '@octobus/jetstream';
import { isFault, isUuid } from '@octobus/kernel';
import { gaugeOf } from '@octobus/telemetry';
import type { ServiceContext } from './context.ts';
import { FaultFilter } from './fault.filter.ts';
import { nestLogger } from './nest-logger.ts';
import type { RunningService } from './running-service.ts';

/** Runs a Nest microservice whose controllers handle consumer groups. `close` is what the service adds to its end. */
export async function runConsumers(
  context: ServiceContext,
  module: DynamicModule,
  groups: Readonly<Record<string, ConsumerGroup | BatchGroup>>,
  close: () => Promise<void> = () => Promise.resolve(),
): Promise<RunningService> {
  const { bus, logger, name, dropped, unknown } = context;
  const strategy = new JetStreamStrategy({
    bus,
    groups,
    onDropped: dropped,
    onUnknown: unknown,
    onProblem: (durable, problem) => logger.warn({ durable, problem }, 'pulling did not work'),
    onFailure: (message, error, settlement) => {
      const about = {
        sequence: message.sequence,
        task: taskOf(message),
        deliveries: message.deliveries,
        settlement: settlement.do,
        err: error,
      };
      if (isFault(error) && error.retryable) logger.info(about, 'a try failed');
      else logger.error(about, 'handling failed');
    },
  });
  const app = await NestFactory.createMicroservice(module, { strategy, logger: nestLogger(logger), abortOnError: false });
  app.useGlobalFilters(new FaultFilter());
  await app.listen();
  for (const group of Object.keys(groups)) measure(strategy, name, group);
  return {
    name,
    stop: async () => {
      await app.close();
      await close();
      await context.close();
    },
  };
}

/** The aggregate that an event is part of, or that a command is for: an id, nothing else that a client may have put there. */
const taskOf = ({ header }: HostedMessage): string | undefined =>
  [header('octo-correlation'), header('ce-subject')].find((id) => isUuid(id ?? ''));

const FIGURES = ['pulled', 'redelivered', 'acked', 'naked', 'deadLettered', 'inFlight', 'waiting'] as const;

function measure(strategy: JetStreamStrategy, service: string, group: string): void {
  for (const figure of FIGURES) {
    const name = `octobus_consumer_${figure.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;
    gaugeOf(name, `Messages of a consumer group: ${figure}.`, { service, group }, () => strategy.counts(group)?.[figure] ?? 0);
  }
}

import { Controller, Inject, Module } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { STREAMS } from '@octobus/contracts';
import type { RecordedEvent } from '@octobus/event-log';
import { type BatchGroup, PROJECTION } from '@octobus/jetstream';
import { connectPostgres } from '@octobus/postgres';
import type { ReadModelDatabase } from '@octobus/read-models';
import { type StartService, environment, openContext, runConsumers } from '@octobus/service';
import { gaugeOf } from '@octobus/telemetry';
import { Projector } from './projector.ts';

const GROUP = 'log';
const CATCH_UP_MS = 10_000;

@Controller()
class LogConsumer {
  private readonly projector: Projector;

  constructor(@Inject(Projector) projector: Projector) {
    this.projector = projector;
  }

  @EventPattern(GROUP)
  handle(@Payload() events: readonly RecordedEvent[]): Promise<void> {
    return this.projector.acceptAll(events);
  }
}

@Module({})
class ProjectorModule {}

/** The whole log, never given up on: what can't be folded now is folded later. */
const group: BatchGroup = { payload: 'batches', stream: STREAMS.events, durable: PROJECTION, batch: 1000, ackWaitMs: 30_000 };

export const start: StartService = async (env) => {
  const context = await openContext('projector', env);
  const db = connectPostgres<ReadModelDatabase>(environment(env).text('DATABASE_URL'), { applicationName: 'octobus-projector' });
  const projector = new Projector({ db, log: context.log, stream: STREAMS.events });
  await projector.start();
  gaugeOf('octobus_projector_sequence', 'Sequence of the last event whose rows are committed.', {}, () => projector.progress.sequence);
  const module = { module: ProjectorModule, controllers: [LogConsumer], providers: [{ provide: Projector, useValue: projector }] };
  // Commits of the last moment are lost when Postgres crashes: without this they would stay missing until the next event.
  const check = setInterval(() => {
    projector.catchUp().catch((error: unknown) => context.logger.warn({ err: error }, 'catching up did not work'));
  }, CATCH_UP_MS);
  return runConsumers(context, module, { [GROUP]: group }, async () => {
    clearInterval(check);
    await projector.idle();
    await db.destroy();
  });
};

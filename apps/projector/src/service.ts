import { Controller, Inject, Module } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { logStreamIndex } from '@octobus/contracts';
import type { RecordedEvent } from '@octobus/event-log';
import { type BatchGroup, type LogPart, PROJECTION } from '@octobus/jetstream';
import { connectPostgres } from '@octobus/postgres';
import type { ReadModelDatabase } from '@octobus/read-models';
import { type StartService, environment, openContext, runConsumers } from '@octobus/service';
import { gaugeOf } from '@octobus/telemetry';
import { Projector } from './projector.ts';
import { takeOver } from './take-over.ts';

export { type Rebuilt, isRebuilding, rebuildReadModels } from './rebuild.ts';
export { type IgnoredMessage, type Verification, verifyReadModels } from './verify.ts';

const GROUP = 'log';
const PROJECTORS = Symbol('projectors');
const CATCH_UP_MS = 10_000;

@Controller()
class LogConsumer {
  private readonly projectors: readonly Projector[];

  constructor(@Inject(PROJECTORS) projectors: readonly Projector[]) {
    this.projectors = projectors;
  }

  /** A batch is of one stream. */
  @EventPattern(GROUP)
  async handle(@Payload() events: readonly RecordedEvent[]): Promise<void> {
    const index = logStreamIndex(events[0]?.subject ?? '', this.projectors.length) ?? 0;
    await this.projectors[index]?.acceptAll(events);
  }
}

@Module({})
class ProjectorModule {}

/** The whole log, never given up on: what can't be folded now is folded later. */
const groupOf = (parts: readonly LogPart[]): BatchGroup => ({
  payload: 'batches',
  streams: parts.map(({ stream }) => stream),
  durable: PROJECTION,
  batch: 1000,
  ackWaitMs: 30_000,
});

export const start: StartService = async (env) => {
  const context = await openContext('projector', env);
  const url = environment(env).text('DATABASE_URL');
  const db = connectPostgres<ReadModelDatabase>(url, { applicationName: 'octobus-projector' });
  const { logParts } = context;
  await takeOver({ db, url, parts: logParts, logger: context.logger });
  const streams = logParts.map(({ stream }) => stream);
  const projectors = logParts.map((part) => new Projector({ db, ...part, streams }));
  await Promise.all(projectors.map((projector) => projector.start()));
  for (const projector of projectors) {
    const { stream } = projector.progress;
    gaugeOf(
      'octobus_projector_sequence',
      'Sequence of the last event of a stream whose rows are committed.',
      { stream },
      () => projector.progress.sequence,
    );
  }
  const module = { module: ProjectorModule, controllers: [LogConsumer], providers: [{ provide: PROJECTORS, useValue: projectors }] };
  // Commits of the last moment are lost when Postgres crashes: without this they would stay missing until the next event.
  const check = setInterval(() => {
    for (const projector of projectors)
      projector.catchUp().catch((error: unknown) => context.logger.warn({ err: error }, 'catching up did not work'));
  }, CATCH_UP_MS);
  return runConsumers(context, module, { [GROUP]: groupOf(logParts) }, async () => {
    clearInterval(check);
    await Promise.all(projectors.map((projector) => projector.idle()));
    await db.destroy();
  });
};

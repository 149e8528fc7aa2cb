import { Controller, Inject, Module } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { type MemoryDocumentsRequest, type MemorySearchRequest, QUERIES } from '@octobus/contracts';
import type { Delivery } from '@octobus/event-log';
import { type ConsumerGroup, ContentStore, type GivenUp, LiveFeed, type LogPart, givenUp, serve } from '@octobus/jetstream';
import { type SealedBlob, type SubjectKey, type SubjectName, openSealed } from '@octobus/sealing';
import { type StartService, environment, openContext, openSealing, runConsumers } from '@octobus/service';
import { DocumentHandler } from './library/document.handler.ts';
import { Library } from './library/library.ts';

const GROUP = 'documents';

@Controller()
class DocumentConsumer {
  private readonly handler: DocumentHandler;

  constructor(@Inject(DocumentHandler) handler: DocumentHandler) {
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
class MemoryModule {}

const groupOf = (parts: readonly LogPart[]): ConsumerGroup => ({
  payload: 'events',
  durables: parts.map(({ stream }) => ({ stream, name: 'memory', weight: 1 })),
  concurrency: 4,
  ackWaitMs: 30_000,
  maxDeliveries: 6,
  keyOf: (message) => message.subject.split('.')[4],
  service: 'memory',
});

export const start: StartService = async (env) => {
  const context = await openContext('memory', env);
  const { log, tracing, clock, bus, logger } = context;
  const library = new Library(environment(env).integer('OCTO_MEMORY_MAX_CHUNKS', 200_000, 1, 10_000_000));
  const content = new ContentStore(bus);
  const { sealing, stop } = await openSealing(context, {
    onErased: ({ tenant, subject }) => {
      const documents = library.forget(tenant, subject);
      logger.info({ tenant, documents }, 'a person was erased');
    },
  });
  const keyOf = async (name: SubjectName): Promise<SubjectKey> =>
    (await sealing.key(name)) ?? Promise.reject(new Error('content is stored sealed only'));
  const handler = new DocumentHandler({
    log,
    sealing,
    library,
    readBlob: (blob, of) => (isSealedBlob(blob) ? openSealed(content, blob, { ...of, keyOf }) : content.getAll(blob)),
    tracing,
    clock,
    onUnreadable: ({ sequence }, fault) =>
      logger.error({ sequence, err: fault }, 'a document can not be read and is left out of the index'),
  });
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = (work: () => Promise<unknown>): void => {
    turn = turn
      .then(work)
      .catch((error: unknown) => logger.error({ err: error }, 'a document of another instance could not be taken over'));
  };
  const feed = new LiveFeed(bus, {
    filter: 'evt.*.*.document.*.flow.version.*',
    onEvent: (event) => inTurn(() => handler.follow(event)),
    onGap: () => inTurn(() => handler.rebuild()),
  });
  await feed.established();
  const documents = await handler.rebuild();
  logger.info({ documents }, 'index rebuilt from the log');
  const onDefect = (error: unknown): void => logger.error({ err: error }, 'a question could not be answered');
  const answering = [
    serve(bus, QUERIES.memorySearch, ({ body }) => Promise.resolve(library.search(body as MemorySearchRequest)), { onDefect }),
    serve(bus, QUERIES.memoryDocuments, ({ body }) => Promise.resolve(library.documents(body as MemoryDocumentsRequest)), {
      onDefect,
    }),
  ];
  const module = { module: MemoryModule, controllers: [DocumentConsumer], providers: [{ provide: DocumentHandler, useValue: handler }] };
  return runConsumers(context, module, { [GROUP]: groupOf(context.logParts) }, async () => {
    feed.close();
    stop();
    await turn;
    await Promise.all(answering.map((one) => one.close()));
  });
};

const isSealedBlob = (blob: { readonly sealed: boolean }): blob is SealedBlob => blob.sealed;

import { Controller, Inject, Module } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { STREAMS, vaultKeySubject } from '@octobus/contracts';
import type { Delivery } from '@octobus/event-log';
import { type ConsumerGroup, KEY_USERS, KeyStore, type LogPart, WaitingMessages, serve } from '@octobus/jetstream';
import type { SubjectName } from '@octobus/sealing';
import { type ServiceContext, type StartService, environment, openContext, runConsumers } from '@octobus/service';
import { Counter, registry } from '@octobus/telemetry';
import { ErasureHandler } from './erasure/erasure.handler.ts';
import { sweepWaiting } from './erasure/sweep-waiting.ts';
import { KeyQuestions } from './keys/key-questions.ts';
import { masterKeySource } from './keys/master-key-source.ts';
import { SubjectKeys } from './keys/subject-keys.ts';

const GROUP = 'subjects';

@Controller()
class SubjectConsumer {
  private readonly handler: ErasureHandler;

  constructor(@Inject(ErasureHandler) handler: ErasureHandler) {
    this.handler = handler;
  }

  @EventPattern(GROUP)
  handle(@Payload() delivery: Delivery): Promise<void> {
    return this.handler.handle(delivery);
  }
}

@Module({})
class VaultModule {}

/** An erasure is never given up on. */
const groupOf = (parts: readonly LogPart[]): ConsumerGroup => ({
  payload: 'events',
  durables: parts.map(({ stream }) => ({ stream, name: 'vault', weight: 1 })),
  concurrency: 4,
  ackWaitMs: 30_000,
  maxDeliveries: Number.POSITIVE_INFINITY,
  keyOf: (message) => message.subject.split('.')[4],
  service: 'vault',
});

const QUESTIONS_AT_ONCE = 1_000;

let grants: Counter<'service' | 'outcome'> | undefined;

const grantCounter = (): Counter<'service' | 'outcome'> =>
  (grants ??= new Counter({
    name: 'octobus_vault_keys_total',
    help: 'Keys of data subjects that services asked the vault for.',
    labelNames: ['service', 'outcome'],
    registers: [registry],
  }));

export const start: StartService = async (env) => {
  const masters = masterKeySource(env);
  const context = await openContext('vault', env);
  const { bus, log, logger, clock } = context;
  const keys = new SubjectKeys({ store: new KeyStore(bus), log, masters: masters.current, clock });
  const doorKey = environment(env).text('OCTO_DOOR_KEY');
  const commands = new WaitingMessages(bus, STREAMS.ingress);
  const letters = new WaitingMessages(bus, STREAMS.deadLetters);
  const sweep = (person: SubjectName): Promise<number> => sweepWaiting({ log, commands, letters, doorKey }, person);
  const erasures = new ErasureHandler({ log, keys, sweep, logger });
  const restored = await erasures.repeatAll();
  if (restored > 0) logger.warn({ keys: restored }, 'keys of erased data subjects were there again and are destroyed once more');
  await rewrap(context, keys, masters.current().name);
  const unwatch = masters.watch(
    () =>
      void rewrap(context, keys, masters.current().name).catch((error: unknown) =>
        logger.error({ err: error }, 'keys could not be wrapped anew'),
      ),
    (error) => logger.error({ err: error }, 'the changed file of the master key can not be used; the keys from before are'),
  );
  const questions = new KeyQuestions({
    log,
    keys,
    trusted: KEY_USERS,
    counted: (service, outcome) => grantCounter().inc({ service, outcome }),
  });
  const onDefect = (error: unknown): void => logger.error({ err: error }, 'a question could not be answered');
  const prefix = vaultKeySubject('').length;
  const answering = serve(bus, vaultKeySubject('*'), ({ subject, body }) => questions.answer(subject.slice(prefix), body), {
    onDefect,
    concurrency: QUESTIONS_AT_ONCE,
  });
  const module = { module: VaultModule, controllers: [SubjectConsumer], providers: [{ provide: ErasureHandler, useValue: erasures }] };
  return runConsumers(context, module, { [GROUP]: groupOf(context.logParts) }, async () => {
    unwatch();
    await answering.close();
    await erasures.idle();
  });
};

/** Fault `master-key-wrong` when a key can't be unwrapped: then nothing may be sealed either. */
async function rewrap({ logger }: ServiceContext, keys: SubjectKeys, master: string): Promise<void> {
  const wrapped = await keys.rewrap();
  if (wrapped > 0) logger.warn({ keys: wrapped, master }, 'keys were wrapped with the new master key');
}

import { DeadLetters, LiveFeed, logParts, publishTo, wholeLog } from '@octobus/jetstream';
import { instantOf } from '@octobus/kernel';
import { openSealing } from '@octobus/service';
import { LETTER_REQUESTS, LetterKeeper } from '../letters/letter-keeper.ts';
import type { StackEvent } from './events.ts';
import type { EmbeddedNats } from './nats.ts';

const AGAIN_MS = 5_000;

/** Does what is asked of dead letters, with the platform's own account: no service may delete one. */
export async function keepLetters(
  nats: EmbeddedNats,
  doorKey: string,
  onEvent: (event: StackEvent) => void,
): Promise<{ stop(): Promise<void> }> {
  const logger = { error: (_details: object, message: string) => onEvent({ kind: 'warning', message }) };
  const { sealing, stop } = await openSealing({ name: 'platform', bus: nats.admin, logger });
  const keeper = new LetterKeeper({
    sealing,
    log: wholeLog(logParts(nats.admin, nats.logStreams)),
    letters: new DeadLetters(nats.admin),
    send: ({ subject, head, payload }) => publishTo(nats.admin, subject, head, payload),
    doorKey,
    clock: () => instantOf(Date.now()),
  });
  let turn: Promise<unknown> = Promise.resolve();
  let again: NodeJS.Timeout | undefined;
  const inTurn = (work: () => Promise<void>): Promise<unknown> => {
    turn = turn.then(work).catch((error: unknown) => {
      onEvent({ kind: 'warning', message: `a dead letter could not be dealt with, and will be: ${String(error)}` });
      again ??= setTimeout(catchUp, AGAIN_MS).unref();
    });
    return turn;
  };
  const catchUp = (): void => {
    clearTimeout(again);
    again = undefined;
    void inTurn(() => keeper.catchUp());
  };
  const feed = new LiveFeed(nats.admin, {
    filter: LETTER_REQUESTS,
    onEvent: (event) => void inTurn(() => keeper.handle(event)),
    onGap: catchUp,
  });
  await feed.established();
  catchUp();
  return {
    stop: async () => {
      feed.close();
      stop();
      clearTimeout(again);
      await turn;
    },
  };
}

import { beforeEach, describe, expect, it } from '@jest/globals';
import { HEADER } from '@octobus/contracts';
import { InMemoryEventLog } from '@octobus/event-log';
import { instantOf } from '@octobus/kernel';
import { noSealing } from '@octobus/sealing';
import { LogRoom } from '@octobus/service';
import { createLogger, noTracing } from '@octobus/telemetry';
import { DOOR_KEY, published, signed } from '../../test/ingress-message.ts';
import { IngressHandler } from './ingress.handler.ts';

const TASK = '0192f0c1-2d3e-7a4b-8c5d-6e7f8091a2b3';
const logger = createLogger('test', 'silent');
const submission = (n: number) => published('submit', { goal: `Task ${n}` }, { headers: { [HEADER.id]: `c-${n}` } });

let log: InMemoryEventLog;
let room: LogRoom;
let reflex: IngressHandler;

const reflexWith = (room: LogRoom): IngressHandler =>
  new IngressHandler({
    log,
    sealing: noSealing,
    logger,
    tracing: noTracing,
    clock: () => instantOf(1_800_000_000_000),
    doorKey: DOOR_KEY,
    room,
  });

beforeEach(() => {
  log = new InMemoryEventLog();
  room = new LogRoom({ events: 3, bytes: 0 });
  reflex = reflexWith(room);
});

const fill = async (): Promise<void> => {
  await reflex.handle(signed('submit', { goal: 'mine' }, { target: TASK }));
  for (const n of [1, 2]) await reflex.handle(submission(n));
};

describe('reflex before a full log', () => {
  it('knows by its own appends that it is full, and refuses the next command for good, without a word in the log', async () => {
    await fill();
    await expect(reflex.handle(submission(3))).rejects.toMatchObject({ code: 'log-full', retryable: false });
    const document = published('ingest', { name: 'a.md', mediaType: 'text/markdown', text: 'one' }, { headers: { [HEADER.id]: 'c-4' } });
    await expect(reflex.handle(document)).rejects.toMatchObject({ code: 'log-full' });
    expect(await log.lastSequence()).toBe(3);
  });

  it('takes a command that is only repeated', async () => {
    await fill();
    await reflex.handle(submission(2));
    expect(await log.lastSequence()).toBe(3);
  });

  it('still takes what ends something, and what the gateway has let in', async () => {
    await fill();
    await reflex.handle(signed('cancel', { taskId: TASK }, { target: TASK, id: 'c-5' }));
    await reflex.handle(signed('submit', { goal: 'let in' }, { target: TASK.replace('a2b3', 'a2b4'), id: 'c-6' }));
    expect(await log.lastSequence()).toBe(5);
  });

  it('goes on when there is room again', async () => {
    await fill();
    room = new LogRoom({ events: 4, bytes: 0 });
    room.measured([{ events: 3, bytes: 0 }]);
    reflex = reflexWith(room);
    await reflex.handle(submission(3));
    expect(await log.lastSequence()).toBe(4);
  });
});

import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { HEADER, partNamed, subjectToken } from '@octobus/contracts';
import { InMemoryEventLog } from '@octobus/event-log';
import { Fault, instantOf } from '@octobus/kernel';
import { KeyRing, KeyedSealing, seal, subjectKey } from '@octobus/sealing';
import { createLogger, noTracing } from '@octobus/telemetry';
import { DOOR_KEY, published, signed } from '../../test/ingress-message.ts';
import { IngressHandler } from './ingress.handler.ts';

const TASK = '0192f0c1-2d3e-7a4b-8c5d-6e7f8091a2b3';
const bytes = randomBytes(32);
const ada = { tenant: 'acme', subject: subjectToken(DOOR_KEY, 'acme', 'Ada') };
const BODY = { goal: 'what nobody is to know', dataSubject: 'Ada' };

function reflexOf(ask: () => Promise<Uint8Array> = () => Promise.resolve(bytes)) {
  const log = new InMemoryEventLog();
  const sealing = new KeyedSealing(new KeyRing({ ask }));
  const logger = createLogger('test', 'silent');
  const reflex = new IngressHandler({
    log,
    sealing,
    logger,
    tracing: noTracing,
    clock: () => instantOf(1_800_000_000_000),
    doorKey: DOOR_KEY,
  });
  return { log, sealing, reflex };
}

const sealed = (body: unknown = BODY, name = ada, id = TASK) => ({ sealed: seal(subjectKey(name, bytes), { id }, JSON.stringify(body)) });
const about = (subject = ada.subject) => ({ [HEADER.dataSubject]: subject });

describe('a sealed command', () => {
  it('becomes an event whose content is sealed again, and about the person whom it names', async () => {
    const { log, sealing, reflex } = reflexOf();
    await reflex.handle(signed('submit', sealed(), { target: TASK, headers: about() }));
    const [event] = await log.load(['evt.>']);
    expect(JSON.stringify(event)).not.toMatch(/nobody|Ada/);
    expect(event?.envelope.dataSubject).toBe(ada.subject);
    const opened = event && (await sealing.opened(event));
    expect(opened?.body.type === 'task.accepted.v1' && partNamed(opened.body.data.content, 'goal')?.text).toBe(BODY.goal);
  });

  it('is the same submission as the clear one, and the same again', async () => {
    const { log, reflex } = reflexOf();
    await reflex.handle(signed('submit', sealed(), { target: TASK, headers: about() }));
    await reflex.handle(signed('submit', sealed(), { target: TASK, headers: about() }));
    await reflex.handle(signed('submit', BODY, { target: TASK }));
    expect(await log.lastSequence()).toBe(1);
    const other = signed('submit', sealed({ ...BODY, goal: 'another' }), { target: TASK, headers: about() });
    await expect(reflex.handle(other)).rejects.toMatchObject({ code: 'command-conflict' });
  });

  it.each([
    [
      'that the gateway didn’t vouch for',
      published('submit', sealed(), { headers: { [HEADER.subject]: TASK, ...about() } }),
      'command-malformed',
    ],
    ['with a wrong signature', signed('submit', sealed(), { target: TASK, headers: about(), key: 'guessed' }), 'command-malformed'],
    ['for another task', signed('submit', sealed(BODY, ada, 'another'), { target: TASK, headers: about() }), 'command-malformed'],
    [
      'of another tenant',
      signed('submit', sealed(BODY, { ...ada, tenant: 'globex' }), { target: TASK, headers: about() }),
      'command-malformed',
    ],
    ['whose header names another person', signed('submit', sealed(), { target: TASK, headers: about(TASK) }), 'command-malformed'],
    ['that is no sealed text', signed('submit', { sealed: 'x' }, { target: TASK, headers: about() }), 'sealed-malformed'],
    ['that holds no submission', signed('submit', sealed({ goal: '' }), { target: TASK, headers: about() }), 'command-invalid'],
  ])('%s is refused for good', async (_what, message, code) => {
    const { log, reflex } = reflexOf();
    await expect(reflex.handle(message)).rejects.toMatchObject({ code, retryable: false });
    expect(await log.load(['evt.*.*.task.>'])).toEqual([]);
  });

  it('of a person who was erased is refused, whichever door it came by', async () => {
    const { log, reflex } = reflexOf(() => Promise.reject(new Fault('subject-erased', { retryable: false, message: 'erased' })));
    for (const message of [signed('submit', sealed(), { target: TASK, headers: about() }), published('submit', BODY)]) {
      await expect(reflex.handle(message)).rejects.toMatchObject({ code: 'subject-erased', retryable: false });
    }
    expect(await log.lastSequence()).toBe(0);
  });

  it('waits for a vault that doesn’t answer', async () => {
    const { reflex } = reflexOf(() => Promise.reject(new Fault('vault-unavailable', { retryable: true, message: 'silent' })));
    const message = signed('submit', sealed(), { target: TASK, headers: about() });
    await expect(reflex.handle(message)).rejects.toMatchObject({ code: 'vault-unavailable', retryable: true });
  });
});

import { describe, expect, it } from '@jest/globals';
import { HEADER } from '@octobus/contracts';
import { isToken, isUuid } from '@octobus/kernel';
import fc from 'fast-check';
import { DOOR_KEY, published, signed } from '../../test/ingress-message.ts';
import { type IngressMessage, readCommand } from './command.ts';

const goal = { goal: 'what is it?' };
const read = (message: IngressMessage) => readCommand(message, DOOR_KEY);
const refusal = (message: IngressMessage): unknown => {
  try {
    return read(message);
  } catch (error) {
    return error;
  }
};

describe('a command from the door', () => {
  it('is from whom the gateway says, for what it says', () => {
    const target = '0192f0c1-2d3e-7a4b-8c5d-000000000001';
    expect(read(signed('submit', goal, { actor: 'key:k7', target }))).toMatchObject({
      tenant: 'acme',
      verb: 'submit',
      actor: 'key:k7',
      target,
      id: 'c-1',
      causation: 'c-1',
      body: goal,
    });
  });

  it.each([
    ['another key', () => signed('submit', goal, { key: 'guessed' })],
    ['another actor', () => signed('submit', goal, { headers: { [HEADER.actor]: 'key:root' } })],
    ['another target', () => signed('submit', goal, { headers: { [HEADER.subject]: '0192f0c1-2d3e-7a4b-8c5d-00000000000f' } })],
    ['another id', () => signed('submit', goal, { headers: { [HEADER.id]: 'c-2' } })],
    ['another tenant', () => ({ ...signed('submit', goal), subject: 'ingress.globex.submit' })],
    ['another body', () => ({ ...signed('submit', goal), payload: Buffer.from('{"goal":"something else"}') })],
    ['no signature at all', () => signed('submit', goal, { headers: { [HEADER.door]: 'x' } })],
    ['an empty signature', () => signed('submit', goal, { headers: { [HEADER.door]: '' } })],
  ])('that was signed over %s is refused', (_name, message) => {
    expect(refusal(message())).toMatchObject({ code: 'command-malformed', retryable: false });
  });
});

describe("a command from a tenant's own NATS account", () => {
  it('is from that account, whatever it says of itself', () => {
    const headers = { [HEADER.actor]: 'key:root' };
    expect(read(published('submit', goal, { headers }))).toMatchObject({ actor: 'nats:acme' });
    expect(read(published('submit', goal, { tenant: 'globex', headers }))).toMatchObject({ actor: 'nats:globex', tenant: 'globex' });
  });

  it('has the task id that it asks for when that is a UUID, else one made of source and id', () => {
    const wanted = '0192f0c1-2d3e-7a4b-8c5d-0000000000aa';
    expect(read(published('submit', goal, { headers: { [HEADER.subject]: wanted } })).target).toBe(wanted);
    const made = read(published('submit', goal, { headers: { [HEADER.subject]: 'order 7' } })).target;
    expect(isUuid(made) && made[14]).toBe('8');
    expect(read(published('submit', goal)).target).toBe(made);
    expect(read(published('submit', { goal: 'other words' })).target).toBe(made);
    for (const other of [
      published('submit', goal, { tenant: 'globex' }),
      published('submit', goal, { headers: { [HEADER.id]: 'c-2' } }),
      published('submit', goal, { headers: { [HEADER.source]: 'till' } }),
    ]) {
      expect(read(other).target).not.toBe(made);
    }
    expect(readCommand(published('submit', goal), 'another installation').target).not.toBe(made);
  });

  it('names a document by its name: the same name is the same document', () => {
    const document = { name: 'guides/pump.md', mediaType: 'text/markdown', text: 'x' };
    const id = read(published('ingest', document)).target;
    expect(read(published('ingest', { ...document, text: 'y' }, { headers: { [HEADER.id]: 'c-2' } })).target).toBe(id);
    expect(read(published('ingest', { ...document, name: 'guides/fan.md' })).target).not.toBe(id);
  });

  it('is named by its id when that is a token, else by a digest of source and id', () => {
    const idOf = (headers: Record<string, string>) => read(published('submit', goal, { headers })).id;
    expect(idOf({ [HEADER.id]: 'order-7' })).toBe('order-7');
    const long = idOf({ [HEADER.id]: 'Order 7.>*' });
    expect(long).toMatch(/^[0-9a-f]{32}$/);
    expect(idOf({ [HEADER.id]: 'Order 7.>*', [HEADER.source]: 'till' })).not.toBe(long);
  });

  it('keeps a trace context and leaves out anything else in its place', () => {
    const trace = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const traceOf = (traceparent: string) => read(published('submit', goal, { headers: { traceparent } })).traceparent;
    expect(traceOf(trace)).toBe(trace);
    for (const text of ['', 'jane@example.org', trace.toUpperCase(), `${trace}-more`, 'x'.repeat(9_000)])
      expect(traceOf(text)).toBeUndefined();
  });
});

describe('a message that is no command', () => {
  it.each([
    ['no id', () => published('submit', goal, { headers: { [HEADER.id]: '' } }), 'command-malformed'],
    ['an endless id', () => published('submit', goal, { headers: { [HEADER.id]: 'x'.repeat(201) } }), 'command-malformed'],
    ['an unknown verb', () => ({ ...published('submit', goal), subject: 'ingress.acme.destroy' }), 'command-malformed'],
    ['more subject', () => ({ ...published('submit', goal), subject: 'ingress.acme.submit.now' }), 'command-malformed'],
    ['no JSON', () => published('submit', '{"goal":'), 'command-malformed'],
    ['no UTF-8', () => ({ ...published('submit', goal), payload: Uint8Array.of(0x22, 0xff, 0x22) }), 'command-malformed'],
    ['an empty goal', () => published('submit', { goal: '  ' }), 'command-invalid'],
    ['an unknown field', () => published('submit', { goal: 'x', gaol: 'y' }), 'command-invalid'],
    ['a wrong type', () => published('submit', { goal: 7 }), 'command-invalid'],
    [
      'a step id that would widen a subject',
      () => published('submit', { goal: 'x', plan: { steps: [{ id: '>', agent: 'noop' }] } }),
      'command-invalid',
    ],
  ])('with %s is refused for good', (_name, message, code) => {
    expect(refusal(message())).toMatchObject({ code, retryable: false });
  });

  it('is refused when it is nested without end, before anything walks into it', () => {
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    const text = `{"goal":"x","plan":{"steps":[{"id":"a","agent":"noop","arguments":{"nested":${deep}}}]}}`;
    expect(refusal(published('submit', text))).toMatchObject({ code: 'command-malformed' });
  });

  it('is refused by its place, never by what it says', () => {
    const secret = 'jane.roe@example.org';
    const error = refusal(published('submit', { goal: 'x', priority: secret, [secret]: 1 })) as Error;
    expect(error.message).toMatch(/^\/.* (unknown field|must be|is not)/);
    expect((refusal(published('submit', { goal: 'x', priority: secret })) as Error).message).not.toContain(secret);
  });

  it('never ends otherwise than as a command or a refusal, and its id is always a token', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        fc.json(),
        fc.constantFrom('submit', 'cancel', 'ingest', 'create-key'),
        (id, source, body, verb) => {
          const headers = { [HEADER.id]: id, [HEADER.source]: source };
          const got = refusal({ ...published('submit', body, { headers }), subject: `ingress.acme.${verb}` });
          if (got instanceof Error) expect(got.name).toBe('Fault');
          else expect(isToken((got as { id: string }).id)).toBe(true);
        },
      ),
    );
  });
});

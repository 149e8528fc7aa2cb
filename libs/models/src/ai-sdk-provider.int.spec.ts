import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { isFault } from '@octobus/kernel';
import type { Fault } from '@octobus/kernel';
import { completion, json, startScriptedModelServer, streamed } from '../test/scripted-model-server.ts';
import type { ScriptedModelServer } from '../test/scripted-model-server.ts';
import { createModelProvider } from './create-model-provider.ts';
import type { ModelProvider, ModelRequest, ModelStreamPart } from './model-provider.ts';

const KEY = 'sk-secret-4711';
const PROMPT = 'the private prompt about Karim';

let server: ScriptedModelServer;
beforeAll(async () => {
  server = await startScriptedModelServer();
});
afterAll(() => server.close());
afterEach(() => {
  jest.restoreAllMocks();
});

const provider = (env: Readonly<Record<string, string>> = {}): ModelProvider =>
  createModelProvider({ OPENAI_BASE_URL: server.baseUrl, OPENAI_API_KEY: KEY, OCTO_MODEL: 'gpt-4.1-mini', ...env });

const request = (more: Partial<ModelRequest> = {}): ModelRequest => ({
  system: 'Be brief.',
  messages: [{ role: 'user', text: PROMPT }],
  maxOutputTokens: 100,
  ...more,
});

async function faultOf(call: Promise<unknown>): Promise<Fault> {
  const outcome = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!isFault(outcome)) throw new Error(`expected a fault, got ${String(outcome)}`);
  return outcome;
}

async function collect(parts: AsyncIterable<ModelStreamPart> | undefined): Promise<ModelStreamPart[]> {
  const seen: ModelStreamPart[] = [];
  for await (const part of parts ?? []) seen.push(part);
  return seen;
}

const lastBody = (): Record<string, unknown> => server.calls.at(-1)?.body ?? {};

describe('a model behind an OpenAI-compatible server', () => {
  it('answers with text, usage and an exact cost', async () => {
    server.script(completion('Hello.', { prompt_tokens: 1_000_001, completion_tokens: 10 }));
    const answer = await provider().generate(request());
    expect(answer).toMatchObject({
      text: 'Hello.',
      finishReason: 'stop',
      usage: { inputTokens: 1_000_001, outputTokens: 10 },
      model: 'gpt-4.1-mini',
    });
    expect(answer.costMicroUsd).toBe(400_017);
    expect(answer.priceVersion).toMatch(/^openai-list-\d{4}-\d{2}$/);
    expect(Number.isInteger(answer.latencyMs)).toBe(true);
  });

  it('sends key, trace, bounds and messages where the wire wants them', async () => {
    server.script(completion('ok'));
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await provider().generate(request({ traceparent, temperature: 0 }));
    expect(server.calls.at(-1)).toMatchObject({
      method: 'POST',
      path: '/v1/chat/completions',
      headers: { authorization: `Bearer ${KEY}`, traceparent },
    });
    expect(lastBody()).toMatchObject({
      model: 'gpt-4.1-mini',
      max_tokens: 100,
      temperature: 0,
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: PROMPT },
      ],
    });
  });

  it('counts upper bounds where the server reports no usage', async () => {
    server.script(completion('ok', null));
    const answer = await provider().generate(request());
    expect(answer.usage).toMatchObject({ outputTokens: 100, estimated: true });
    expect(answer.costMicroUsd).toBe((await provider().quote(request())).worstCaseMicroUsd);
  });

  it('does not believe impossible usage', async () => {
    server.script(completion('ok', { prompt_tokens: -5, completion_tokens: 3 }));
    expect((await provider().generate(request())).usage).toMatchObject({ estimated: true });
  });

  it('asks a server without a named model for its first one, once', async () => {
    const before = server.calls.length;
    server.script((call, response) =>
      call.path === '/v1/models'
        ? json(200, { data: [{ id: 'qwen3:4b' }, { id: 'other' }] })(call, response)
        : completion('ok', undefined, 'qwen3:4b')(call, response),
    );
    const local = provider({ OCTO_MODEL: '' });
    expect(await local.quote(request())).toMatchObject({ model: 'qwen3:4b', priceKnown: false, worstCaseMicroUsd: 0 });
    await local.generate(request());
    await local.generate(request());
    expect(server.calls.slice(before).map((call) => call.path)).toEqual(['/v1/models', '/v1/chat/completions', '/v1/chat/completions']);
    expect(lastBody()['model']).toBe('qwen3:4b');
  });

  it('says what to set when the server lists no model', async () => {
    server.script(json(200, { data: [] }));
    expect(await faultOf(provider({ OCTO_MODEL: '' }).generate(request()))).toMatchObject({
      code: 'model-config-invalid',
      message: expect.stringContaining('OCTO_MODEL'),
    });
  });

  it("uses the operator's own price", async () => {
    server.script(completion('ok', { prompt_tokens: 10, completion_tokens: 10 }));
    expect(await provider({ OCTO_MODEL_PRICE: '1000000/2000000' }).generate(request())).toMatchObject({
      costMicroUsd: 30,
      priceVersion: 'own-1000000-2000000',
    });
  });
});

describe('an answer in a wished format', () => {
  const schema = { type: 'object', properties: { ok: { type: 'boolean' } }, required: ['ok'], additionalProperties: false };

  it('asks for the schema and hands the text back as it is', async () => {
    server.script(completion('not json'));
    expect((await provider().generate(request({ responseSchema: schema }))).text).toBe('not json');
    expect(lastBody()).toMatchObject({ response_format: { type: 'json_schema', json_schema: { schema, strict: true } } });
  });

  it('steps down to what the server knows and stays there', async () => {
    const before = server.calls.length;
    server.script((call, response) => {
      const format = call.body['response_format'] as { type?: string } | undefined;
      if (format !== undefined && format.type !== 'text')
        return json(400, { error: { message: 'response_format is not supported' } })(call, response);
      return completion('{"ok":true}')(call, response);
    });
    const old = provider();
    expect((await old.generate(request({ responseSchema: schema }))).text).toBe('{"ok":true}');
    expect(server.calls.length - before).toBe(3);
    await old.generate(request({ responseSchema: schema }));
    expect(server.calls.length - before).toBe(4);
  });

  it('does not repeat a request that is refused for another reason', async () => {
    const before = server.calls.length;
    server.script(json(400, { error: { message: 'context length exceeded' } }));
    expect(await faultOf(provider().generate(request({ responseSchema: schema })))).toMatchObject({
      code: 'model-request-refused',
      retryable: false,
    });
    expect(server.calls.length - before).toBe(1);
  });
});

describe('a stream', () => {
  it('yields the text in order and ends with the priced answer', async () => {
    server.script(streamed(['Hel', 'lo', '.']));
    const parts = await collect(provider().stream?.(request()));
    expect(parts.slice(0, 3)).toEqual(['Hel', 'lo', '.'].map((text) => ({ type: 'text', text })));
    expect(parts.at(-1)).toMatchObject({
      type: 'end',
      answer: { text: 'Hello.', finishReason: 'stop', usage: { inputTokens: 12, outputTokens: 3 }, costMicroUsd: 10 },
    });
    expect(lastBody()).toMatchObject({ stream: true, stream_options: { include_usage: true } });
  });

  it('faults when the connection breaks in the middle', async () => {
    const noise = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    server.script((_call, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const chunk = {
        id: 'c',
        object: 'chat.completion.chunk',
        created: 1,
        model: 'm',
        choices: [{ index: 0, delta: { content: 'Hel' } }],
      };
      response.write(`data: ${JSON.stringify(chunk)}\n\n`, () => response.destroy());
    });
    expect(await faultOf(collect(provider().stream?.(request())))).toMatchObject({ code: 'model-unavailable', retryable: true });
    expect(noise).not.toHaveBeenCalled();
  });

  it('faults on a status before the first text', async () => {
    server.script(json(429, { error: { message: 'slow down' } }, { 'retry-after': '2' }));
    expect(await faultOf(collect(provider().stream?.(request())))).toMatchObject({
      code: 'model-rate-limited',
      details: { retryAfterMs: 2000 },
    });
  });

  it('hangs up when its reader leaves', async () => {
    const hungUp = new Promise<void>((resolve) => {
      server.script((_call, response) => {
        response.on('close', resolve);
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        const chunk = {
          id: 'c',
          object: 'chat.completion.chunk',
          created: 1,
          model: 'm',
          choices: [{ index: 0, delta: { content: 'Hel' } }],
        };
        response.write(`data: ${JSON.stringify(chunk)}\n\n`);
      });
    });
    for await (const part of provider().stream?.(request()) ?? []) {
      expect(part).toEqual({ type: 'text', text: 'Hel' });
      break;
    }
    await hungUp;
  });

  it('stops when the caller withdraws', async () => {
    server.script((_call, response) => response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders());
    const withdrawn = new AbortController();
    const running = faultOf(collect(provider().stream?.(request({ abort: withdrawn.signal }))));
    withdrawn.abort();
    expect(await running).toMatchObject({ code: 'model-aborted', retryable: false });
  });
});

describe('a failing server', () => {
  const rows: readonly (readonly [number, string, boolean])[] = [
    [400, 'model-request-refused', false],
    [401, 'model-unauthorized', false],
    [403, 'model-unauthorized', false],
    [404, 'model-not-found', false],
    [422, 'model-request-refused', false],
    [500, 'model-unavailable', true],
    [503, 'model-unavailable', true],
  ];
  it.each(rows)('answers %i as %s, once', async (status, code, retryable) => {
    const before = server.calls.length;
    server.script(json(status, { error: { message: `bad key ${KEY} for ${PROMPT}` } }));
    expect(await faultOf(provider().generate(request()))).toMatchObject({ code, retryable, details: { status } });
    expect(server.calls.length - before).toBe(1);
  });

  it('says how long to wait when it is asked to slow down', async () => {
    server.script(json(429, { error: { message: 'slow down' } }, { 'retry-after': '7' }));
    expect(await faultOf(provider().generate(request()))).toMatchObject({
      code: 'model-rate-limited',
      retryable: true,
      details: { retryAfterMs: 7000 },
    });
  });

  it('does not wait for an account that is empty', async () => {
    server.script(json(429, { error: { code: 'insufficient_quota', message: 'pay' } }));
    expect(await faultOf(provider().generate(request()))).toMatchObject({ code: 'model-quota-exhausted', retryable: false });
  });

  it.each([
    ['no JSON', '<html>'],
    ['no choices', '{"id":"c","choices":[]}'],
    ['another shape', '[1,2,3]'],
    ['nothing', ''],
  ])('faults on a body with %s', async (_name, body) => {
    server.script((_call, response) => response.writeHead(200, { 'content-type': 'application/json' }).end(body));
    expect(await faultOf(provider().generate(request()))).toMatchObject({ code: 'model-answer-invalid', retryable: true });
  });

  it('faults when no answer comes in time', async () => {
    server.script(() => undefined);
    expect(await faultOf(provider({ OCTO_MODEL_TIMEOUT_MS: '50' }).generate(request()))).toMatchObject({
      code: 'model-timeout',
      retryable: true,
    });
  });

  it('faults when the caller withdraws', async () => {
    const withdrawn = new AbortController();
    server.script(() => withdrawn.abort());
    expect(await faultOf(provider().generate(request({ abort: withdrawn.signal })))).toMatchObject({ code: 'model-aborted' });
  });

  it('faults when nobody listens', async () => {
    const gone = await startScriptedModelServer();
    await gone.close();
    expect(await faultOf(provider({ OPENAI_BASE_URL: gone.baseUrl }).generate(request()))).toMatchObject({
      code: 'model-unavailable',
      retryable: true,
    });
  });

  it('follows no redirect, so the key stays with its server', async () => {
    const other = await startScriptedModelServer();
    server.script((_call, response) => response.writeHead(307, { location: `${other.baseUrl}/chat/completions` }).end());
    expect((await faultOf(provider().generate(request()))).code).toBe('model-unavailable');
    expect(other.calls).toEqual([]);
    await other.close();
  });

  it('stops reading an answer without end', async () => {
    server.script((_call, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const block = 'x'.repeat(1_000_000);
      const more = (): void => void (!response.destroyed && response.write(block, (error) => (error ? undefined : setImmediate(more))));
      more();
    });
    expect((await faultOf(provider().generate(request()))).code).toBe('model-answer-invalid');
  });

  it('shows neither key nor prompt, however deep one looks', async () => {
    const scripts = [
      json(401, { error: { message: KEY } }),
      json(500, { error: { message: PROMPT } }),
      completion('ok'),
      json(200, { wrong: PROMPT }),
    ];
    for (const script of scripts) {
      server.script(script);
      const error: unknown = await provider()
        .generate(request())
        .catch((fault: unknown) => fault);
      const shown = error instanceof Error ? everything(error) : '';
      expect(shown).not.toContain(KEY);
      expect(shown).not.toContain(PROMPT);
    }
  });
});

/** Every text reachable from an error, causes and stacks too. */
function everything(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const values = Object.getOwnPropertyNames(error).map((key) => (error as Record<string, unknown>)[key]);
  return values.map(everything).join('\n');
}

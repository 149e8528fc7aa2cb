import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenCall {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
}

export type Script = (call: SeenCall, response: ServerResponse) => void;

/** A server on a free port that speaks as much of OpenAI's wire as its script says. */
export interface ScriptedModelServer {
  readonly baseUrl: string;
  readonly calls: readonly SeenCall[];
  script(next: Script): void;
  close(): Promise<void>;
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += String(chunk);
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}

export async function startScriptedModelServer(): Promise<ScriptedModelServer> {
  const calls: SeenCall[] = [];
  let current: Script = (_call, response) => response.writeHead(500).end();
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const call = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body };
      calls.push(call);
      current(call, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    calls,
    script: (next) => (current = next),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Script {
  return (_call, response) => response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

export function completion(
  text: string,
  usage: unknown = { prompt_tokens: 12, completion_tokens: 3, total_tokens: 15 },
  model = 'gpt-4.1-mini',
): Script {
  const choices = [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }];
  return json(200, { id: 'c1', object: 'chat.completion', created: 1, model, choices, usage });
}

/** A streamed answer, one event a piece, usage at the end. */
export function streamed(
  pieces: readonly string[],
  usage: unknown = { prompt_tokens: 12, completion_tokens: 3, total_tokens: 15 },
): Script {
  return (_call, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const send = (data: unknown): void => void response.write(`data: ${JSON.stringify(data)}\n\n`);
    const chunk = { id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'gpt-4.1-mini' };
    for (const content of pieces) send({ ...chunk, choices: [{ index: 0, delta: { role: 'assistant', content }, finish_reason: null }] });
    send({ ...chunk, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
    send({ ...chunk, choices: [], usage });
    response.end('data: [DONE]\n\n');
  };
}

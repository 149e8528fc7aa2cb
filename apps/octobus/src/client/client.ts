import {
  CLI_AGENT,
  type CloseReplayAnswer,
  type ListReplaysAnswer,
  type MemoryDocument,
  type OpenReplayAnswer,
  type OpenReplayRequest,
} from '@octobus/contracts';
import { Fault } from '@octobus/kernel';
import type { TaskView, Timeline } from '@octobus/task';
import { type ServerSentEvent, serverSentEvents } from './server-sent-events.ts';

const AGENT = `${CLI_AGENT}/0.1.0`;

interface Problem {
  readonly code?: string;
  readonly detail?: string;
  readonly title?: string;
  readonly retryable?: boolean;
  readonly errors?: readonly { readonly pointer: string; readonly message: string }[];
}

/** What the server says, with the places that are wrong unless it names them itself; of a key, in words of whoever typed the command. */
function sentenceOf(status: number, { code, detail, title, errors = [] }: Problem): string {
  if (code === 'unauthenticated')
    return 'the key is not accepted: it was mistyped, revoked or has expired, or is of another installation (OCTO_API_KEY, else the state folder)';
  const said = detail ?? title ?? `HTTP ${status}`;
  const places = errors.filter(({ message }) => !said.includes(message)).map(({ pointer, message }) => `${pointer} ${message}`);
  return places.length === 0 ? said : `${said}: ${places.join('; ')}`;
}

/** The problem document of a refused request, as a fault: code and detail from the server. */
export class ApiFault extends Fault {
  readonly status: number;
  readonly problem: unknown;

  constructor(status: number, problem: Problem) {
    super(problem.code ?? 'http', { retryable: problem.retryable === true, message: sentenceOf(status, problem) });
    this.status = status;
    this.problem = problem;
  }
}

export interface SubmittedTask {
  readonly id: string;
  readonly state: string;
  /** What the answer promises: the command is on disk, handed to the operating system, or that of most servers. */
  readonly durability: 'fsync' | 'flushed' | 'replicated';
}

export interface IngestedDocument {
  readonly id: string;
  readonly version: string;
  readonly state: string;
}

/** A place in one stream of the log. */
export interface Position {
  readonly stream: string;
  readonly sequence: number;
}

export interface Paging {
  readonly most?: number | undefined;
  /** Asked for in one page. */
  readonly atOnce?: number;
  readonly query?: Readonly<Record<string, string>>;
}

/** A task as of a point, and what was left out. */
export interface ReplayedTask {
  readonly task: TaskView;
  readonly timeline: readonly Timeline[];
  /** Events of the task behind the point. */
  readonly later: number;
  /** Events of types that the server does not know, by type. */
  readonly unknown: Readonly<Record<string, number>>;
  /** Messages whose envelope does not fit their subject. */
  readonly ignored: number;
}

/** The REST API as the commands use it. Faults: `not-running` when nobody answers, otherwise the server's own codes. */
export class Client {
  /** Base URL of the gateway, without a slash at its end. */
  readonly url: string;
  private readonly apiKey: string;

  constructor(url: string, apiKey: string) {
    this.url = url.replace(/\/$/, '');
    this.apiKey = apiKey;
  }

  /** The same gateway with another key. */
  withKey = (apiKey: string): Client => new Client(this.url, apiKey);

  submit(body: unknown, headers: Record<string, string> = {}): Promise<SubmittedTask> {
    return this.send('POST', '/v1/tasks', { ...headers, 'content-type': 'application/json' }, JSON.stringify(body));
  }

  createSchedule(body: unknown, headers: Record<string, string> = {}): Promise<SubmittedTask> {
    return this.send('POST', '/v1/schedules', { ...headers, 'content-type': 'application/json' }, JSON.stringify(body));
  }

  task = (id: string): Promise<TaskView> => this.send('GET', `/v1/tasks/${encodeURIComponent(id)}`);
  timeline = (id: string): Promise<{ items: Timeline[]; position: Position }> =>
    this.send('GET', `/v1/tasks/${encodeURIComponent(id)}/timeline`);
  replay = (id: string, at?: string): Promise<ReplayedTask> =>
    this.send('GET', `/v1/tasks/${encodeURIComponent(id)}/replay${at === undefined ? '' : `?at=${encodeURIComponent(at)}`}`);
  openReplay = (wanted: OpenReplayRequest): Promise<OpenReplayAnswer> => this.json('POST', '/v1/replays', wanted);
  replays = (): Promise<ListReplaysAnswer> => this.send('GET', '/v1/replays');
  closeReplay = (slot: string | number): Promise<CloseReplayAnswer> => this.send('DELETE', `/v1/replays/${encodeURIComponent(slot)}`);
  tasks = (query: string): Promise<{ items: Record<string, unknown>[]; nextCursor?: string; positions: Position[] }> =>
    this.send('GET', `/v1/tasks${query}`);
  cancel = (id: string): Promise<unknown> => this.send('POST', `/v1/tasks/${encodeURIComponent(id)}/cancel`);
  /** All of them, page by page. */
  documents = async (): Promise<{ items: readonly MemoryDocument[] }> => ({ items: await this.pages('/v1/documents', { atOnce: 500 }) });

  /** What a list holds, `most` of it at the most, page by page. */
  async pages<T>(path: string, { most = Infinity, atOnce = 200, query = {} }: Paging): Promise<readonly T[]> {
    const items: T[] = [];
    for (let cursor: Readonly<Record<string, string>> = {}; items.length < most;) {
      const asked = new URLSearchParams({ ...query, limit: String(Math.min(atOnce, most - items.length)), ...cursor });
      const page = await this.send<{ items: T[]; nextCursor?: string }>('GET', `${path}?${asked.toString()}`);
      items.push(...page.items);
      if (page.nextCursor === undefined) break;
      cursor = { cursor: page.nextCursor };
    }
    return items;
  }
  ready = (): Promise<{ status: string; durability: string; checks: Record<string, string> }> => this.send('GET', '/readyz');
  json = <T>(method: string, path: string, body?: unknown): Promise<T> =>
    this.send(
      method,
      path,
      body === undefined ? {} : { 'content-type': 'application/json' },
      body === undefined ? undefined : JSON.stringify(body),
    );

  ingest(name: string, mediaType: string, bytes: Uint8Array): Promise<IngestedDocument> {
    return this.send('POST', `/v1/documents?name=${encodeURIComponent(name)}`, { 'content-type': mediaType }, bytes);
  }

  /** The body of an answer as it comes. */
  async *download(path: string, body: object): AsyncGenerator<Uint8Array> {
    const response = await this.fetch('POST', path, { 'content-type': 'application/json' }, JSON.stringify(body));
    if (response.body !== null) yield* response.body;
  }

  /** Timeline entries of one task as they happen, from its first event or after a sequence; ends after `done`. Comes back by itself when the connection breaks. */
  async *watch(id: string, after = 0): AsyncGenerator<{ readonly event: string; readonly data: unknown }> {
    let last = after;
    for (let failures = 0; failures < 5;) {
      try {
        for await (const message of this.events(`/v1/tasks/${encodeURIComponent(id)}/events`, last)) {
          failures = 0;
          if (message.id !== undefined) last = Number(message.id);
          yield { event: message.event, data: JSON.parse(message.data) };
          if (message.event === 'done') return;
        }
        failures++;
      } catch (error) {
        if (error instanceof ApiFault && !error.retryable) throw error;
        if (++failures >= 5) throw error;
        await new Promise((resolve) => setTimeout(resolve, 200 * 2 ** failures));
      }
    }
    throw new Fault('not-running', { retryable: true, message: 'the event stream broke again and again' });
  }

  /** Messages of one connection to an event stream; it ends when the server ends it. The signal breaks it off with an error. */
  async *events(path: string, lastEventId?: number, signal?: AbortSignal): AsyncGenerator<ServerSentEvent> {
    const headers: Record<string, string> = { accept: 'text/event-stream' };
    if (lastEventId !== undefined && lastEventId > 0) headers['last-event-id'] = String(lastEventId);
    const response = await this.fetch('GET', path, headers, undefined, signal);
    if (response.body !== null) yield* serverSentEvents(response.body);
  }

  /** Lines of JSON as they come, each without its end; breaks off with `stream-broken` when the answer is not whole. */
  async *lines(path: string): AsyncGenerator<string> {
    const response = await this.fetch('GET', path, { accept: 'application/x-ndjson' });
    if (response.body === null) return;
    const decoder = new TextDecoder();
    let rest = '';
    try {
      for await (const chunk of response.body) {
        const lines = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n');
        rest = lines.pop() ?? '';
        yield* lines;
      }
    } catch (error) {
      throw new Fault('stream-broken', { retryable: true, message: 'the answer broke off before its end', cause: error });
    }
    if (rest !== '') throw new Fault('stream-broken', { retryable: true, message: 'the answer ended within a line' });
  }

  private async send<T>(method: string, path: string, headers: Record<string, string> = {}, body?: string | Uint8Array): Promise<T> {
    const response = await this.fetch(method, path, headers, body);
    return (await response.json()) as T;
  }

  private async fetch(
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: string | Uint8Array,
    signal?: AbortSignal,
  ): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(`${this.url}${path}`, {
        method,
        headers: { 'user-agent': AGENT, authorization: `Bearer ${this.apiKey}`, ...headers },
        ...(body === undefined ? {} : { body: body as never }),
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (error) {
      throw new Fault('not-running', {
        retryable: true,
        message: `nobody answers at ${this.url}: start it with \`npm start\``,
        cause: error,
      });
    }
    if (response.ok) return response;
    throw new ApiFault(response.status, await problemIn(response));
  }
}

async function problemIn(response: Response): Promise<Record<string, never>> {
  try {
    return (await response.json()) as Record<string, never>;
  } catch {
    return {};
  }
}

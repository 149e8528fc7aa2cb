import type { Bus } from '@octobus/jetstream';
import { type Template, readdress } from './history.ts';

/** Appends that wait for their acknowledgement. */
const IN_FLIGHT = 4_096;
/** Tasks kept by name, for reading them later. */
const SAMPLES = 1_000;

export interface Filled {
  readonly tasks: number;
  readonly events: number;
  readonly seconds: number;
  /** Some of the tasks, evenly spread. */
  readonly samples: readonly string[];
}

/** The part of the client's headers that is used here; a message of the server is where they come from. */
interface Headers {
  keys(): string[];
  set(name: string, value: string): void;
  delete(name: string): void;
}

/** Appends the history again and again, each time for a new task, until the log has so many events. Rejects when an append is refused. */
export async function fill(bus: Bus, template: Template, missing: number, signal: AbortSignal): Promise<Filled> {
  const tasks = Math.max(0, Math.ceil(missing / template.events.length));
  const every = Math.max(1, Math.floor(tasks / SAMPLES));
  const samples: string[] = [];
  const appends = await Appends.open(bus);
  const began = performance.now();
  for (let n = 0; n < tasks; n++) {
    signal.throwIfAborted();
    const { id, events } = readdress(template, Date.now());
    if (n % every === 0) samples.push(id);
    for (const { subject, headers, body } of events) {
      await appends.room();
      appends.publish(subject, headers, body);
    }
  }
  await appends.done();
  return { tasks, events: tasks * template.events.length, seconds: (performance.now() - began) / 1000, samples };
}

/** Pipelined appends over one reply subject; order is that of publishing. */
class Appends {
  private readonly bus: Bus;
  private readonly inbox: string;
  private readonly headers: Headers;
  private open = 0;
  private failed: Error | undefined;
  private wake: () => void = () => undefined;
  private readonly end: () => void;

  private constructor(bus: Bus, headers: Headers) {
    this.bus = bus;
    this.headers = headers;
    this.inbox = `_INBOX.growth.${process.pid}.${Date.now()}`;
    const subscription = bus.connection.subscribe(this.inbox, { callback: (_error, message) => this.acknowledged(message.string()) });
    this.end = () => subscription.unsubscribe();
  }

  static async open(bus: Bus): Promise<Appends> {
    const answer = await bus.connection.request('$JS.API.DIRECT.GET.EVENTS', JSON.stringify({ seq: 1 }), { timeout: 5_000 });
    if (answer.headers === undefined) throw new Error('nats-server does not answer');
    return new Appends(bus, answer.headers);
  }

  async room(): Promise<void> {
    while (this.open >= IN_FLIGHT && this.failed === undefined) await this.woken();
    if (this.failed !== undefined) throw this.failed;
  }

  publish(subject: string, headers: readonly (readonly [string, string])[], body: string): void {
    this.open++;
    for (const name of this.headers.keys()) this.headers.delete(name);
    for (const [name, value] of headers) this.headers.set(name, value);
    this.bus.connection.publish(subject, body, { reply: this.inbox, headers: this.headers as never });
  }

  async done(): Promise<void> {
    while (this.open > 0 && this.failed === undefined) await this.woken();
    this.end();
    if (this.failed !== undefined) throw this.failed;
  }

  private woken(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
    });
  }

  private acknowledged(text: string): void {
    this.open--;
    if (!text.includes('"seq":') || text.includes('"error"')) this.failed ??= new Error(`an append was refused: ${text.slice(0, 200)}`);
    if (this.open < IN_FLIGHT / 2 || this.failed !== undefined) this.wake();
  }
}

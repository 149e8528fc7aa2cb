import { logStreamOf, taskPrefix } from '@octobus/contracts';
import { type Bus, readLogStreamCount } from '@octobus/jetstream';
import { instantOf, uuidv7 } from '@octobus/kernel';
import { randomBytesPooled } from '@octobus/telemetry';

/** One event of a task as the engine wrote it, without what the server and the expectation of its append put into the headers. */
export interface TemplateEvent {
  /** Behind the task's prefix. */
  readonly facet: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** The whole history of one task, in the order of the log. */
export interface Template {
  readonly id: string;
  readonly tenant: string;
  readonly events: readonly TemplateEvent[];
}

/** An event for another task, ready to be published. */
export interface Readdressed {
  readonly subject: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** Reads a task's events one after another by the account that owns the stream. */
export async function readTemplate(bus: Bus, tenant: string, id: string): Promise<Template> {
  const prefix = taskPrefix(tenant, id);
  const stream = logStreamOf(prefix, await readLogStreamCount(bus.connection));
  const events: TemplateEvent[] = [];
  for (let next = 1; ;) {
    const request = JSON.stringify({ seq: next, next_by_subj: `${prefix}.>` });
    const message = await bus.connection.request(`$JS.API.DIRECT.GET.${stream}`, request, { timeout: 5_000 });
    const { headers } = message;
    if (headers === undefined || headers.code >= 400) return { id, tenant, events };
    next = Number(headers.last('Nats-Sequence')) + 1;
    const own = headers.keys().filter((name) => !name.startsWith('Nats-'));
    events.push({
      facet: headers.last('Nats-Subject').slice(prefix.length + 1),
      headers: own.map((name) => [name, headers.get(name)] as const),
      body: message.string(),
    });
  }
}

/** The history once more, for a new task: another id wherever the old one stands, new event ids, causes within the history kept. */
export function readdress({ id, tenant, events }: Template, now: number): { readonly id: string; readonly events: readonly Readdressed[] } {
  const fresh = (): string => uuidv7(instantOf(now), randomBytesPooled(16));
  const task = fresh();
  const prefix = taskPrefix(tenant, task);
  const ids = new Map([[id, task]]);
  const replaced = (value: string): string => {
    const known = ids.get(value);
    return known ?? value.replaceAll(id, task);
  };
  const time = new Date(now).toISOString();
  return {
    id: task,
    events: events.map(({ facet, headers, body }) => {
      const own = headers.find(([name]) => name === 'ce-id')?.[1];
      if (own !== undefined && own !== id) ids.set(own, fresh());
      return {
        subject: `${prefix}.${replaced(facet)}`,
        headers: headers.map(([name, value]) => [name, name === 'ce-time' ? time : replaced(value)] as const),
        body: body.replaceAll(id, task),
      };
    }),
  };
}

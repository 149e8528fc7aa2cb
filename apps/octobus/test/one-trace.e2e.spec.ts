import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { tenantDurableName } from '@octobus/jetstream';
import { eventually } from '@octobus/testing';
import { openTenant } from './nats-client.ts';
import { type OtlpReceiver, type Span, startOtlpReceiver } from './otlp-receiver.ts';
import { type RunningOctobus, startOctobus } from './running-octobus.ts';

/** A word that stands in a goal, a document and nowhere else. */
const PLANTED = 'zebrafinchvalve';
const GUIDE = `# Valves\n\nThe ${PLANTED} of the pump has to be cleaned every 30 days.\n`;
const GOAL = `How often does the ${PLANTED} have to be cleaned?`;

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER = '00f067aa0ba902b7';
const traceparent = `00-${TRACE}-${CALLER}-01`;

const ON_THE_WAY = ['gateway', 'reflex', 'orchestrator', 'arm-planner', 'arm-retriever', 'arm-generalist', 'arm-judge'];

interface LogLine {
  readonly file: string;
  readonly service?: string;
  readonly task?: string;
  readonly msg?: string;
}

async function taught(octobus: RunningOctobus): Promise<void> {
  await octobus.client.ingest('valves.md', 'text/markdown', Buffer.from(GUIDE));
  await eventually(async () => (await octobus.client.documents()).items.length === 1);
}

const logFiles = (octobus: RunningOctobus): string[] =>
  readdirSync(join(octobus.folder, '.octo', 'logs')).map((file) => join(octobus.folder, '.octo', 'logs', file));

function logLines(octobus: RunningOctobus): LogLine[] {
  return logFiles(octobus).flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => ({ ...(JSON.parse(line) as object), file })),
  );
}

describe('with a collector', () => {
  let receiver: OtlpReceiver;
  let octobus: RunningOctobus;
  let task: string;
  beforeAll(async () => {
    receiver = await startOtlpReceiver();
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_BSP_SCHEDULE_DELAY: '100' };
    octobus = await startOctobus({ isolate: true, env });
    await taught(octobus);
    task = (await octobus.client.submit({ goal: GOAL }, { prefer: 'wait=20', traceparent })).id;
  }, 120_000);
  afterAll(async () => {
    await octobus?.stop();
    octobus?.remove();
    await receiver?.stop();
  }, 60_000);

  const ofTask = (): Span[] => receiver.spans.filter((span) => span.traceId === TRACE);
  const orphans = (): Span[] => {
    const known = new Set([CALLER, ...ofTask().map((span) => span.spanId)]);
    return ofTask().filter((span) => !known.has(span.parentSpanId));
  };

  it('a task is one trace from the request through every service and back, without orphans', async () => {
    expect((await octobus.client.task(task)).result?.answer).toContain('every 30 days');
    const services = () => new Set(ofTask().map((span) => span.service));
    await eventually(() => ON_THE_WAY.every((name) => services().has(`octobus-${name}`)));
    await eventually(() => orphans().length === 0 && ofTask().some((span) => span.service === 'octobus-gateway'));
    expect([...services()].toSorted()).toEqual(ON_THE_WAY.map((name) => `octobus-${name}`).toSorted());
    expect(new Set(ofTask().map((span) => span.spanId)).size).toBe(ofTask().length);
    expect(ofTask().filter((span) => span.parentSpanId === CALLER)).toHaveLength(1);
    expect(ofTask().find((span) => span.parentSpanId === CALLER)?.name).toBe('POST /v1/tasks');
    expect(ofTask().filter((span) => span.attributes['octobus.task'] === task).length).toBeGreaterThanOrEqual(8);
  }, 30_000);

  it('a request without a trace of its own starts one', async () => {
    const before = receiver.spans.length;
    const { id } = await octobus.client.submit({ goal: 'x', plan: { steps: [{ id: 'a', agent: 'noop' }] } }, { prefer: 'wait=10' });
    const found = () => receiver.spans.slice(before).filter((span) => span.attributes['octobus.task'] === id);
    await eventually(() => found().length >= 3);
    expect(new Set(found().map((span) => span.traceId)).size).toBe(1);
    const roots = receiver.spans.filter((span) => span.traceId === found()[0]?.traceId && span.parentSpanId === '');
    expect(roots.map((span) => span.name)).toEqual(['POST /v1/tasks']);
  }, 30_000);

  it('what happened to a task is found in the logs by its id', async () => {
    const about = () => logLines(octobus).filter((line) => line.task === task);
    const services = ['arm-generalist', 'arm-judge', 'arm-planner', 'arm-retriever', 'orchestrator', 'reflex'];
    await eventually(() => services.every((service) => about().some((line) => line.service === service)));
    expect(about().find((line) => line.service === 'orchestrator')?.msg).toBe('task.completed.v1');
  }, 30_000);

  it('nothing of what was asked, read or answered stands in logs, output or spans', async () => {
    const failing = { steps: [{ id: 'a', agent: 'noop', arguments: { fail: 'x', note: PLANTED } }] };
    await octobus.client.submit({ goal: PLANTED, plan: failing }, { prefer: 'wait=10' });
    await octobus.client.submit({ goal: 7, [PLANTED]: PLANTED }).catch(() => undefined);
    const written = [...logFiles(octobus).map((file) => readFileSync(file, 'utf8')), octobus.output(), JSON.stringify(receiver.spans)];
    expect(written.join('\n').length).toBeGreaterThan(2_000);
    expect(written.filter((text) => text.includes(PLANTED))).toEqual([]);
  }, 30_000);
});

describe('without a collector', () => {
  let receiver: OtlpReceiver;
  let octobus: RunningOctobus;
  beforeAll(async () => {
    receiver = await startOtlpReceiver();
    octobus = await startOctobus({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: '', OCTO_LOG_LEVEL: 'trace' } });
    await taught(octobus);
  }, 120_000);
  afterAll(async () => {
    await octobus?.stop();
    octobus?.remove();
    await receiver?.stop();
  }, 60_000);

  it('nothing is exported, and the events of a task carry one trace all the same', async () => {
    const asked = (await octobus.client.submit({ goal: GOAL }, { prefer: 'wait=20', traceparent })).id;
    const fresh = (await octobus.client.submit({ goal: GOAL }, { prefer: 'wait=20' })).id;
    const traces = await tracesByTask(octobus, [asked, fresh]);
    expect(traces.get(asked)).toEqual(new Set([TRACE]));
    expect(traces.get(fresh)?.size).toBe(1);
    expect([...(traces.get(fresh) ?? [])][0]).toMatch(/^(?!0+$)[0-9a-f]{32}$/);
    expect(traces.get(fresh)).not.toEqual(traces.get(asked));
    expect(receiver.calls()).toBe(0);
  }, 60_000);

  it('nothing of what was asked stands in the output, however much is logged', () => {
    expect(octobus.output()).toContain('"level":30');
    expect(octobus.output()).not.toContain(PLANTED);
  });

  it('tells its figures in the text format of Prometheus', async () => {
    const response = await fetch(`${octobus.credentials.url}/metrics`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const samples = readExposition(await response.text());
    expect(samples.get('octobus_consumer_acked{service="orchestrator",group="tasks"}')).toBeGreaterThan(0);
    expect(samples.get('octobus_consumer_acked{service="arm-judge",group="steps"}')).toBeGreaterThan(0);
    expect(samples.get('octobus_http_requests_total{route="/v1/tasks",status="200"}')).toBeGreaterThan(0);
    expect(samples.get('octobus_http_request_seconds_count{route="/v1/tasks"}')).toBeGreaterThan(0);
    expect(samples.get('process_resident_memory_bytes')).toBeGreaterThan(1e7);
  });

  it('says that it is degraded when Postgres hangs, goes on with tasks, and is ready again afterwards', async () => {
    const get = async (path: string) => {
      const response = await fetch(`${octobus.credentials.url}${path}`, { signal: AbortSignal.timeout(10_000) });
      return { status: response.status, body: (await response.json()) as { status: string; checks?: Record<string, string> } };
    };
    expect(await get('/readyz')).toMatchObject({
      status: 200,
      body: { status: 'ok', checks: { nats: 'ok', postgres: 'ok', memory: 'ok', vault: 'ok' } },
    });
    const stopped = withChildren(octobus.pids()['postgres'] ?? 0);
    for (const pid of stopped) process.kill(pid, 'SIGSTOP');
    try {
      expect(await get('/readyz')).toMatchObject({ status: 503, body: { status: 'degraded', checks: { nats: 'ok', memory: 'ok' } } });
      expect(await get('/livez')).toEqual({ status: 200, body: { status: 'ok' } });
      const submitted = await octobus.client.submit({ goal: GOAL }, { prefer: 'wait=20' });
      expect(submitted.state).toBe('completed');
    } finally {
      for (const pid of stopped) process.kill(pid, 'SIGCONT');
    }
    await eventually(async () => (await get('/readyz')).status === 200, 20_000);
  }, 60_000);
});

/** Trace ids of the events of some tasks, read as the tenant reads them: from its own durable. */
async function tracesByTask({ credentials }: RunningOctobus, tasks: readonly string[]): Promise<Map<string, Set<string>>> {
  const nats = await openTenant(credentials.natsUrl);
  try {
    const consumer = await nats.jetstream().consumers.get('EVENTS', tenantDurableName(credentials.tenant));
    const traces = new Map(tasks.map((task) => [task, new Set<string>()]));
    for await (const message of await consumer.fetch({ max_messages: 500, expires: 2_000 })) {
      message.ack();
      const found = traces.get(message.headers?.get('octo-correlation') ?? '');
      found?.add(message.headers?.get('traceparent').split('-')[1] ?? 'none');
    }
    return traces;
  } finally {
    await nats.close();
  }
}

/** A process and all that it has started (Linux). */
function withChildren(pid: number): number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const stat = readStat(name);
      return stat === undefined ? [] : [{ pid: Number(name), parent: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) }];
    });
  return [pid, ...parents.filter(({ parent }) => parent === pid).map((child) => child.pid)];
}

function readStat(pid: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
}

const SAMPLE = /^([a-z_][a-z0-9_]*)(\{[^}]*\})? (\S+)$/;

/** Samples by name and labels. Throws on a line that is no sample, no HELP and no TYPE, and on a sample whose family was not declared. */
function readExposition(text: string): Map<string, number> {
  const declared = new Set<string>();
  const samples = new Map<string, number>();
  expect(text.endsWith('\n')).toBe(true);
  for (const line of text.split('\n').filter((one) => one !== '')) {
    const type = /^# TYPE (\S+) (?:counter|gauge|histogram|summary)$/.exec(line);
    if (type?.[1] !== undefined) declared.add(type[1]);
    if (line.startsWith('# TYPE ') || line.startsWith('# HELP ')) continue;
    const [, name = '', labels = '', value] = SAMPLE.exec(line) ?? [];
    const family = name.replace(/_(?:bucket|sum|count)$/, '');
    if (!declared.has(name) && !declared.has(family)) throw new Error(`not the text format: ${line}`);
    samples.set(`${name}${labels}`, Number(value));
  }
  return samples;
}

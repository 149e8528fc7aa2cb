import { randomBytes } from 'node:crypto';
import { scope, taskPrefix } from '@octobus/contracts';
import { LiveFeed, connectBus, publishTo } from '@octobus/jetstream';
import { instantOf, uuidv7 } from '@octobus/kernel';
import { type LoopOptions, type LoopResult, closedLoop } from './closed-loop.ts';
import type { Door } from './door.ts';
import { openKeepAlive } from './http-door.ts';
import { httpRequest } from './http-response.ts';
import { submitHeaders, submitSubject } from './nats-door.ts';
import type { Place } from './place.ts';
import { connectAs, openLog } from './stack-access.ts';
import { submissionOf } from './workload.ts';

const SUBMISSION = JSON.stringify(submissionOf({ steps: 1, substeps: false }));

/** Sends the same request over as many connections as there are clients; every answer with another status than the expected one is an error `http-<status>`. */
async function httpLoop(url: URL, request: Buffer, status: number, options: LoopOptions): Promise<LoopResult> {
  const idle = await Promise.all(Array.from({ length: options.clients }, () => openKeepAlive(url)));
  const all = [...idle];
  const run = async (): Promise<string> => {
    const connection = idle.pop() ?? (await openKeepAlive(url));
    const response = await connection.send(request);
    idle.push(connection);
    return response.status === status ? 'completed' : `http-${response.status}`;
  };
  try {
    return await closedLoop({ run, close: async () => undefined }, options);
  } finally {
    for (const connection of all) connection.close();
  }
}

/** `POST /v1/tasks`: durable in INGRESS, then a moment's wait for the verdict of the screening. */
export function submitOverRest({ credentials }: Place, options: LoopOptions): Promise<LoopResult> {
  const url = new URL('/v1/tasks', credentials.url);
  return httpLoop(url, httpRequest(url, 'POST', credentials.apiKey, SUBMISSION), 202, options);
}

/** `GET /v1/tasks/{id}` of one task. */
export function getOverRest({ credentials }: Place, task: string, options: LoopOptions): Promise<LoopResult> {
  const url = new URL(`/v1/tasks/${task}`, credentials.url);
  return httpLoop(url, httpRequest(url, 'GET', credentials.apiKey), 200, options);
}

/** What submitting over NATS takes: to the ack of the ingress, or until the verdict is seen, which is what the answer over REST waits for. */
export async function submitOverNats({ credentials }: Place, until: 'ack' | 'verdict', options: LoopOptions): Promise<LoopResult> {
  const bus = await connectBus({ url: credentials.natsUrl, name: 'octobus bench', wait: false });
  const verdicts = new Map<string, () => void>();
  const feed = new LiveFeed(bus, {
    filter: `evt.*.${credentials.tenant}.task.*.request.submit.*`,
    onEvent: ({ address }) => verdicts.get(address.id)?.(),
    onGap: () => undefined,
  });
  await feed.established();
  const payload = Buffer.from(SUBMISSION);
  const run = async (): Promise<string> => {
    const id = uuidv7(instantOf(Date.now()), randomBytes(16));
    const verdict = Promise.withResolvers<void>();
    verdicts.set(id, verdict.resolve);
    await publishTo(bus, submitSubject(credentials.tenant), submitHeaders(id), payload);
    if (until === 'verdict') await verdict.promise;
    verdicts.delete(id);
    return 'completed';
  };
  try {
    return await closedLoop({ run, close: async () => undefined } satisfies Door, options);
  } finally {
    feed.close();
    await bus.close();
  }
}

/** The direct get of the log that reading a task contains, as the gateway's account. */
export async function getFromLog({ credentials, folder }: Place, task: string, options: LoopOptions): Promise<LoopResult> {
  const bus = await connectAs('GATEWAY', folder);
  const { log } = await openLog(bus, folder);
  const filters = [scope.all(taskPrefix(credentials.tenant, task))];
  try {
    return await closedLoop(
      { run: async () => ((await log.load(filters)).length > 0 ? 'completed' : 'empty'), close: async () => undefined },
      options,
    );
  } finally {
    await bus.close();
  }
}

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isFault } from '@octobus/kernel';
import { isEnd } from '@octobus/task';
import { eventually } from '@octobus/testing';
import { openTenant } from './nats-client.ts';
import { runCommand } from './run-command.ts';
import { type RunningOctobus, startOctobus } from './running-octobus.ts';

const KEY = 'AKIAIOSFODNN7EXAMPLE';
const CARD = '4111 1111 1111 1111';
const CANARY = 'Zq7RtLw2XkPm9sVbTn4D';
const GUIDE = `# Pump\n\nThe access key of the pump is ${KEY} and nothing else. The pump is paid with the card ${CARD} every month.\n`;
const SECRETS = [KEY, CARD, CANARY];

interface Result {
  readonly answer?: string;
  readonly outputs?: readonly object[];
  readonly guard: { readonly verdict: string; readonly policyVersion: number; readonly findings: readonly { readonly kind: string }[] };
}

describe('what leaves', () => {
  let octobus: RunningOctobus;
  beforeAll(async () => {
    octobus = await startOctobus({ isolate: true });
    await octobus.client.ingest('pump.md', 'text/markdown', Buffer.from(GUIDE));
    await eventually(async () => (await octobus.client.documents()).items.length === 1, 20_000);
  }, 90_000);
  afterAll(async () => {
    await octobus?.stop();
    octobus?.remove();
  }, 30_000);

  const get = async (path: string, accept = 'application/json'): Promise<{ readonly status: number; readonly text: string }> => {
    const { url, apiKey } = octobus.credentials;
    const response = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${apiKey}`, accept } });
    return { status: response.status, text: await response.text() };
  };
  const done = async (task: object): Promise<string> => {
    const { id } = await octobus.client.submit(task as never);
    await eventually(async () => isEnd((await octobus.client.task(id)).state), 30_000);
    return id;
  };
  const echo = (word: string): object => ({ goal: 'echo', plan: { steps: [{ id: 'a', agent: 'noop', arguments: { word } }] } });
  const resultOf = async (id: string): Promise<Result> => JSON.parse((await get(`/v1/tasks/${id}/result`)).text) as Result;
  const policy = async (name: string, body: object, ...more: readonly string[]) => {
    const file = join(octobus.folder, `${name}.json`);
    writeFileSync(file, JSON.stringify(body));
    return runCommand(octobus, 'policy', 'set', file, '--json', ...more);
  };

  it('has a planted key and a card taken out, through every door', async () => {
    const heard: string[] = [];
    const connection = await openTenant(octobus.credentials.natsUrl);
    connection.subscribe('pub.evt.*.default.>', { callback: (_error, message) => void heard.push(message.string()) });
    await connection.flush();
    const id = await done({ goal: 'What is the access key of the pump? What card is the pump paid with?' });
    const { guard, answer } = await resultOf(id);
    expect(answer).toContain('[removed: aws-key]');
    expect(guard).toMatchObject({ verdict: 'redact', policyVersion: 0 });
    expect(guard.findings.map(({ kind }) => kind)).toContain('aws-key');
    const paths = [
      `/v1/tasks/${id}`,
      `/v1/tasks/${id}/result`,
      `/v1/tasks/${id}/timeline`,
      `/v1/tasks/${id}/replay`,
      `/v1/tasks/${id}/events`,
      `/v1/events?task=${id}`,
      '/v1/events?from=1',
    ];
    for (const path of paths) {
      const { status, text } = await get(path, path.startsWith('/v1/events') ? 'application/x-ndjson' : '*/*');
      // The document itself goes back, as it came, to whoever may read documents.
      const written = text.split('\n').filter((line) => !line.includes('.document.'));
      expect({ path, status, shown: SECRETS.filter((secret) => written.join('\n').includes(secret)) }).toEqual({
        path,
        status: 200,
        shown: [],
      });
    }
    const exported = (await get(`/v1/events?task=${id}`, 'application/x-ndjson')).text.trim().split('\n');
    expect(exported.some((line) => (JSON.parse(line) as { octoguard?: string }).octoguard === 'redact 0')).toBe(true);
    // Over NATS content is sealed: nothing of it can be read there at all.
    expect(heard.length).toBeGreaterThan(3);
    expect(heard.join('\n')).not.toContain('pump');
    await connection.close();
  }, 60_000);

  it('follows a policy that changes without a restart, on the way in and out, and names its version', async () => {
    const earlier = await done(echo(`the mark is ${CANARY}`));
    expect((await resultOf(earlier)).guard).toEqual({ verdict: 'allow', policyVersion: 0, findings: [] });
    const set = await policy('first', { canaries: [CANARY], topics: [{ name: 'betting', phrases: ['sports betting', 'gambl*'] }] });
    expect({ code: set.code, answer: JSON.parse(set.out) as unknown }).toEqual({ code: 0, answer: { version: 1, state: 'adopted' } });

    const { status, text } = await get(`/v1/tasks/${earlier}/result`);
    expect({ status, code: (JSON.parse(text) as { code: string }).code }).toEqual({ status: 403, code: 'output-blocked' });
    expect(text).toContain('policy version 1: canary (canary-1)');
    const whole = await get(`/v1/tasks/${earlier}`);
    expect(whole.text).not.toContain(CANARY);
    expect(JSON.parse(whole.text)).toMatchObject({ result: { outputs: [], guard: { verdict: 'block', policyVersion: 1 } } });
    expect(
      (await get(`/v1/events?task=${earlier}`, 'application/x-ndjson')).text.split('\n').filter((line) => line.includes('arm.noop'))[0],
    ).toContain('"octoguard":"block 1"');

    await eventually(
      () =>
        octobus.client.submit({ goal: 'Tell me about Sp0rts-Betting, please' }).then(
          () => false,
          (error: unknown) => isFault(error, 'topic-refused') && error.message.includes('topic:betting'),
        ),
      1_000,
    );

    const guarded = (word: string): object => ({
      goal: 'echo',
      plan: {
        steps: [
          { id: 'a', agent: 'noop', arguments: { word } },
          { id: 'b', agent: 'guardian', after: ['a'], inputs: ['a'] },
        ],
      },
    });
    const stopped = await octobus.client.task(await done(guarded(`the mark is ${CANARY}`)));
    expect(stopped).toMatchObject({ state: 'failed', failure: { code: 'output-blocked', step: 'b' } });
    expect(JSON.stringify(stopped)).toContain('policy version 1 lets this not through: canary (canary-1)');
    const passed = await resultOf(await done(guarded('all is well')));
    expect(JSON.stringify(passed.outputs)).toMatch(/all is well.*"verdict":"allow","policyVersion":1/);

    const second = await policy('second', { personalDataKinds: ['all'] }, '--based-on', '1');
    expect(JSON.parse(second.out)).toEqual({ version: 2, state: 'adopted' });
    expect((await policy('third', {}, '--based-on', '1')).err).toContain('policy-conflict');
    expect((await policy('fourth', { secrets: 'allow' })).err).toContain('command-invalid');
    await eventually(async () => (await get(`/v1/tasks/${earlier}/result`)).status === 200, 1_000);

    const history = JSON.parse((await runCommand(octobus, 'policy', 'history', '--json')).out) as { items: { version: number }[] };
    expect(history.items.map(({ version }) => version)).toEqual([1, 2]);
    expect(JSON.parse((await runCommand(octobus, 'policy', 'show', '--json')).out)).toMatchObject({
      version: 2,
      policy: { personalDataKinds: ['all'] },
    });
  }, 60_000);

  it('is told of once when it is blocked: an audit entry, a metric, a line of the log, and nowhere the text', async () => {
    interface Entry {
      readonly action: string;
      readonly code: string | null;
    }
    const entries = async (): Promise<readonly Entry[]> =>
      (JSON.parse((await get('/v1/audit?limit=200')).text) as { items: Entry[] }).items;
    await eventually(async () => (await entries()).some(({ action }) => action === 'output'), 10_000);
    const all = await entries();
    expect(all.filter(({ code }) => code === 'output-blocked')).toEqual([
      expect.objectContaining({ kind: 'blocked', action: 'output', aggregate: 'task', actor: 'gateway' }),
    ]);
    expect(all.filter(({ action }) => action === 'set-policy').length).toBeGreaterThanOrEqual(2);
    const { text } = await get('/metrics');
    expect(text).toMatch(/octobus_guarded_outputs_total\{verdict="block"\} [1-9]/);
    expect(text).toMatch(/octobus_guard_findings_total\{check="canary",action="block"\} [1-9]/);
    for (const place of [text, JSON.stringify(all), octobus.output()])
      expect(SECRETS.filter((secret) => place.includes(secret))).toEqual([]);
  }, 60_000);
});

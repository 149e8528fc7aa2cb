import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { eventually } from '@octobus/testing';

const SCRIPT = fileURLToPath(new URL('../test/one-service.ts', import.meta.url));

function run(how: string) {
  const child = spawn(process.execPath, ['--conditions=@octobus/source', '--experimental-transform-types', '--no-warnings', SCRIPT, how], {
    env: { ...process.env, NODE_OPTIONS: '', OCTO_LOG_LEVEL: 'info' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  const lines = () =>
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { child, code, lines, messages: () => lines().map((line) => line['msg']) };
}

describe('a service as a process of its own', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'says when it is ready, and after %s stops once and exits 0',
    async (signal) => {
      const service = run('well');
      await eventually(() => service.messages().includes('service ready'));
      expect(service.lines()[0]).toMatchObject({ service: 'tester', url: 'http://127.0.0.1:1', level: 30 });
      service.child.kill(signal);
      service.child.kill(signal);
      expect(await service.code).toBe(0);
      expect(service.messages().filter((message) => message === 'stopping')).toHaveLength(1);
    },
    20_000,
  );

  it('exits 1 and says why when it can not start or does not stop cleanly', async () => {
    const broken = run('broken');
    expect(await broken.code).toBe(1);
    expect(broken.lines()[0]).toMatchObject({ msg: 'could not start', err: { code: 'config-invalid', message: 'NATS_URL must be set' } });
    const unclean = run('unclean');
    await eventually(() => unclean.messages().includes('service ready'));
    unclean.child.kill('SIGTERM');
    expect(await unclean.code).toBe(1);
    expect(unclean.messages()).toContain('did not stop cleanly');
  }, 20_000);
});

import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Worker {
  readonly process: ChildProcess;
  readonly lines: string[];
  readonly gone: Promise<NodeJS.Signals | null>;
}

/** Runs `crashing-worker.ts` as a process of its own. */
export function startWorker(url: string, maxDeliveries: number): Worker {
  const script = fileURLToPath(new URL('crashing-worker.ts', import.meta.url));
  const child = spawn(
    process.execPath,
    ['--conditions=@octobus/source', '--experimental-transform-types', '--no-warnings', script, url, String(maxDeliveries)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NODE_OPTIONS: '' },
    },
  );
  const lines: string[] = [];
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
  });
  const gone = new Promise<NodeJS.Signals | null>((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
  return { process: child, lines, gone };
}

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { CLI, type RunningOctobus } from './running-octobus.ts';

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The command line beside a running stack, to its end. */
export function runCommand(octobus: RunningOctobus, ...args: readonly string[]): Promise<Ran> {
  const env = { ...process.env, NODE_OPTIONS: '', OCTO_DIR: join(octobus.folder, '.octo') };
  const child = spawn(process.execPath, [CLI, ...args], { cwd: octobus.folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out, err })));
}

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from '@octobus/testing';
import { Client } from '../src/client/client.ts';
import type { Credentials } from '../src/client/credentials.ts';

export const CLI = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** `octobus dev` as a process of its own, on a state folder and ports of its own: what a user has, driven through its public doors. */
export interface RunningOctobus {
  readonly folder: string;
  readonly credentials: Credentials;
  readonly operator: Credentials;
  readonly client: Client;
  readonly process: ChildProcess;
  /** What it has written to standard output and error so far. */
  output(): string;
  /** Pids of NATS, Postgres and, with `isolate`, of the services, by name. */
  pids(): Readonly<Record<string, number>>;
  /** SIGTERM; resolves with the exit code when everything has stopped. */
  stop(): Promise<number | null>;
  kill9(): Promise<void>;
  /** After `stop`: removes the folder. */
  remove(): void;
}

export interface StartOptions {
  readonly isolate?: boolean;
  readonly folder?: string;
  readonly env?: NodeJS.ProcessEnv;
}

interface RunFile {
  readonly url?: string;
  readonly children: readonly { readonly name: string; readonly pid: number }[];
}

const read = <T>(file: string): T => JSON.parse(readFileSync(file, 'utf8')) as T;

export async function startOctobus(options: StartOptions = {}): Promise<RunningOctobus> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'octobus-e2e-'));
  const state = join(folder, '.octo');
  const child = spawn(process.execPath, [CLI, 'dev', '--port', '0', ...(options.isolate === true ? ['--isolate'] : [])], {
    cwd: folder,
    env: { ...withoutModels(process.env), OCTO_DIR: state, NODE_OPTIONS: '', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const run = (): RunFile => read<RunFile>(join(state, 'run.json'));
  const ready = await eventually(
    () => child.exitCode !== null || (existsSync(join(state, 'run.json')) && run().url !== undefined && output.includes('stop ')),
    60_000,
  ).then(
    () => child.exitCode === null,
    () => false,
  );
  if (!ready) {
    child.kill('SIGKILL');
    throw new Error(`octobus dev did not start:\n${output}`);
  }
  const credentials = read<Credentials>(join(state, 'credentials'));
  return {
    folder,
    credentials,
    operator: read<Credentials>(join(state, 'operator')),
    client: new Client(credentials.url, credentials.apiKey),
    process: child,
    output: () => output,
    pids: () => Object.fromEntries(run().children.map(({ name, pid }) => [name, pid])),
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
    kill9: async () => {
      child.kill('SIGKILL');
      await ended;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function withoutModels(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { OPENAI_API_KEY: _key, OPENAI_BASE_URL: _url, ...rest } = env;
  return rest;
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** What test/supervisor.ts says when it is up. */
export interface Report {
  readonly alreadyRunning: boolean;
  readonly pid?: number;
  readonly url?: string;
  readonly ended?: readonly string[];
  readonly ports?: Readonly<Record<string, number>>;
  readonly pids?: readonly number[];
  readonly uid?: number;
}

export interface Supervisor {
  readonly pid: number;
  readonly report: Report;
  /** Answers when it has gone. */
  end(signal: NodeJS.Signals): Promise<void>;
}

export interface OtherUser {
  readonly uid: number;
  /** Programs at a place that this user can reach. */
  readonly node: string;
  readonly natsServer: string;
}

/** Runs test/supervisor.ts as a process of its own, as another user when one is given. */
export async function startSupervisor(folder: string, parts: readonly string[], user?: OtherUser): Promise<Supervisor> {
  const script = fileURLToPath(new URL('supervisor.ts', import.meta.url));
  const child = spawn(user?.node ?? process.execPath, ['--conditions=@octobus/source', script, folder, ...parts], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: folder,
    ...(user === undefined ? {} : { uid: user.uid, gid: user.uid, env: { ...process.env, OCTO_NATS_SERVER: user.natsServer } }),
  });
  const exited = once(child, 'exit');
  return { pid: child.pid ?? 0, report: await firstLine(child), end: (signal) => end(child, signal, exited) };
}

async function firstLine(child: ChildProcess): Promise<Report> {
  if (child.stdout === null) throw new Error('no stdout');
  for await (const line of createInterface({ input: child.stdout })) return JSON.parse(line) as Report;
  throw new Error('the supervisor ended without a word');
}

async function end(child: ChildProcess, signal: NodeJS.Signals, exited: Promise<unknown>): Promise<void> {
  child.kill(signal);
  await exited;
}

import { mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { stackFault } from './fault-codes.ts';
import { type Child, type ChildEvent, startChild } from './child.ts';
import { endStray, wasStartedWith } from './stray-server.ts';
import { until } from './until.ts';

export interface NatsProcessOptions {
  /** In events and messages; `nats-server` unless given. */
  readonly name?: string;
  /** Path of nats-server, 2.14 or newer. */
  readonly binary: string;
  /** Accounts, users and JetStream's settings; must not set `log_file`: a reload is seen in the log. */
  readonly configFile: string;
  /** JetStream's store. */
  readonly dataDir: string;
  readonly port: number;
  readonly pidFile: string;
  readonly logFile: string;
  /** For values the configuration names as `$NAME`. */
  readonly env?: NodeJS.ProcessEnv;
  readonly readyWithinMs?: number;
  /** Gives up the start. */
  readonly signal?: AbortSignal | undefined;
  /** Awaited after a death, before the server opens its store again. */
  beforeRestart?(): Promise<void>;
  onEvent?(event: ChildEvent): void;
}

export interface NatsProcess extends Child {
  readonly port: number;
  /** `nats://127.0.0.1:port`, without a user. */
  readonly url: string;
  /**
   * Makes the server read its configuration file again, twice, since the imports of a new account start with the second time only.
   * Answers when the server has said so; fault `nats-reload-refused` when it doesn't accept the file (it goes on with the old one).
   */
  reload(): Promise<void>;
}

const HOST = '127.0.0.1';
const NAME = 'nats-server';

/** Starts nats-server on the loopback interface; it is ready when it greets with JetStream enabled, and it is restarted when it dies. */
export async function startNatsProcess(options: NatsProcessOptions): Promise<NatsProcess> {
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  mkdirSync(dirname(options.pidFile), { recursive: true, mode: 0o700 });
  const { name = NAME, port, pidFile, configFile, dataDir } = options;
  await endStray({ name, pidFile, isOurs: (pid) => wasStartedWith(pid, pidFile), stopSignal: 'SIGTERM' });
  const child = await startChild({
    name,
    command: options.binary,
    args: ['--config', configFile, '--addr', HOST, '--port', String(port), '--store_dir', dataDir, '--pid', pidFile],
    env: options.env,
    logFile: options.logFile,
    readyWithinMs: options.readyWithinMs,
    ready: ({ log }) => isReady(port, log),
    // It writes the index of its streams when it ends: of millions of events for longer than other processes need.
    graceMs: 60_000,
    signal: options.signal,
    beforeRestart: () => options.beforeRestart?.() ?? Promise.resolve(),
    onEvent: (event) => options.onEvent?.(event),
  });
  let reloading: Promise<void> = Promise.resolve();
  const reload = async (): Promise<void> => {
    await reloadOnce(child);
    await reloadOnce(child);
  };
  return {
    ...child,
    port,
    url: `nats://${HOST}:${port}`,
    reload: () => {
      reloading = reloading.then(reload, reload);
      return reloading;
    },
  };
}

/** What a nats-server says to everybody who connects. */
export interface NatsGreeting {
  readonly server_id: string;
  readonly version: string;
  readonly jetstream?: boolean;
}

/** The INFO line of the server on this port, undefined when there is none within the time. */
export function readGreeting(port: number, withinMs = 1_000): Promise<NatsGreeting | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: HOST });
    let text = '';
    const done = (greeting?: NatsGreeting): void => {
      socket.destroy();
      resolve(greeting);
    };
    socket.setTimeout(withinMs, () => done());
    socket.once('error', () => done());
    socket.once('close', () => done());
    socket.on('data', (chunk) => {
      text += chunk.toString('utf8');
      const end = text.indexOf('\r\n');
      if (end >= 0) done(parseInfo(text.slice(0, end)));
      else if (text.length > 65_536) done();
    });
  });
}

function parseInfo(line: string): NatsGreeting | undefined {
  if (!line.startsWith('INFO ')) return undefined;
  try {
    return JSON.parse(line.slice(5)) as NatsGreeting;
  } catch {
    return undefined;
  }
}

async function isReady(port: number, log: () => string): Promise<boolean> {
  const greeting = await readGreeting(port);
  if (greeting === undefined) return false;
  if (greeting.jetstream === true) return true;
  if (!log().includes('Server is ready')) return false;
  throw stackFault('nats-without-jetstream', {
    retryable: false,
    message: `The nats-server on port ${port} runs without JetStream: its configuration needs a jetstream block.`,
  });
}

async function reloadOnce(child: Child): Promise<void> {
  const from = child.logSize();
  if (!child.signal('SIGHUP'))
    throw stackFault('nats-not-running', { retryable: true, message: 'nats-server is not running at the moment.' });
  const verdict = await until(() => reloadVerdict(child.logFrom(from)), { withinMs: 10_000 });
  if (verdict?.accepted === true) return;
  throw stackFault('nats-reload-refused', {
    retryable: false,
    message:
      verdict === undefined
        ? 'nats-server did not say that it had reloaded within 10 s.'
        : `nats-server refused its new configuration: ${verdict.why}`,
  });
}

/** Lines of nats-server 2.15.1; undefined while it has said nothing. */
function reloadVerdict(log: string): { readonly accepted: boolean; readonly why: string } | undefined {
  const line = log.split('\n').find((text) => /Reloaded server configuration|Failed to reload server configuration/.test(text));
  if (line === undefined) return undefined;
  return { accepted: !line.includes('Failed to reload'), why: line.slice(line.indexOf('configuration:') + 14).trim() };
}

import { spawn, spawnSync } from 'node:child_process';
import { constants } from 'node:os';
import { accessSync, constants as fsConstants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { CACHE, HOME } from './places.mjs';
import { say } from './say.mjs';

/** No scripts of packages, nothing that isn't asked for, and an answer within seconds when there is no network. */
export const NPM_FLAGS = ['--ignore-scripts', '--no-audit', '--no-fund', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000'];

/** Runs a tool to its end, its output kept (the last 64 kB) and not shown. A tool that is missing is code 127. */
export function runTool(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: toolEnvironment(), ...options });
    let output = '';
    const keep = (chunk) => {
      output = (output + chunk.toString('utf8')).slice(-65_536);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    child.once('error', (error) => resolve({ code: error.code === 'ENOENT' ? 127 : 126, output: error.message }));
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** First line of what a program prints, undefined when it can't be run. */
export function askTool(command, args) {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 10_000 });
  return status === 0 ? stdout.trim() : undefined;
}

/** The full path of a program on PATH, undefined when there is none. */
export function findOnPath(name) {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isProgram);
}

function isProgram(path) {
  try {
    accessSync(path, fsConstants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Under `npm start` npm describes the running script in the environment, and an npm started from here would take that as meant for it. */
export function toolEnvironment() {
  const meant =
    /^npm_(?:package_|lifecycle_|command|execpath|node_execpath|config_(?:local_prefix|prefix|global_prefix|omit|include|production|workspaces?|dry_run|loglevel|json|silent)$)/i;
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !meant.test(name)));
  if (HOME === undefined) return { ...env, HOME: CACHE, npm_config_cache: join(CACHE, 'npm') };
  return env.HOME ? env : { ...env, HOME };
}

/**
 * Becomes the program: where Node can, this process is replaced by it; else it is a child with our terminal, to which signals are passed on and
 * whose end is ours.
 */
export function become(command, args, env) {
  if (typeof process.execve === 'function') {
    process.removeAllListeners('warning');
    process.execve(command, [command, ...args], env);
  }
  const child = spawn(command, args, { stdio: 'inherit', env });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.once('error', (error) => {
    say(`${command} couldn't be started: ${error.message}`);
    process.exitCode = 1;
  });
  child.once('exit', (code, signal) => {
    process.exitCode = exitCodeOf(code, signal);
  });
}

/** Like `become`, but answers the exit code. */
export function runInTerminal(command, args, env) {
  const child = spawn(command, args, { stdio: 'inherit', env });
  const pass = (signal) => child.kill(signal);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, pass);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      for (const name of signals) process.off(name, pass);
      resolve(exitCodeOf(code, signal));
    });
  });
}

function exitCodeOf(code, signal) {
  return code ?? 128 + (constants.signals[signal] ?? 1);
}

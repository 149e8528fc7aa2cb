import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Fault } from '@octobus/kernel';

/** What a client needs of a running Octobus: kept in `.octo/credentials`, mode 0600. */
export interface Credentials {
  readonly tenant: string;
  /** Base URL of the gateway. */
  readonly url: string;
  readonly apiKey: string;
  /** With user and password of the tenant's NATS account. */
  readonly natsUrl: string;
}

const missing = (message: string): Fault => new Fault('not-running', { retryable: false, message });

/** The folder with the state of the stack: `OCTO_DIR`, or the nearest `.octo` above, or one here. */
export function stateFolder(env: NodeJS.ProcessEnv, cwd: string): string {
  if (env['OCTO_DIR']) return resolve(cwd, env['OCTO_DIR']);
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.octo'))) return join(folder, '.octo');
    if (folder === dirname(folder)) return join(cwd, '.octo');
  }
}

/** `OCTO_URL` and `OCTO_API_KEY`, else the credentials file of the stack that runs here. Fault `not-running`. */
export function readCredentials(env: NodeJS.ProcessEnv, cwd: string): Credentials {
  const file = join(stateFolder(env, cwd), 'credentials');
  const kept = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Credentials) : undefined;
  const url = env['OCTO_URL'] ?? kept?.url;
  const apiKey = env['OCTO_API_KEY'] ?? kept?.apiKey;
  if (url === undefined || apiKey === undefined) {
    throw missing('no Octobus is known here: start one with `npm start`, or set OCTO_URL and OCTO_API_KEY');
  }
  return { tenant: kept?.tenant ?? '', natsUrl: kept?.natsUrl ?? '', url, apiKey };
}

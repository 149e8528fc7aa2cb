import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '@octobus/kernel';
import { until } from '@octobus/stack';
import { ApiFault, Client } from './client.ts';
import { stateFolder } from './credentials.ts';

/** A client with the platform's own key, which only the machine that runs the stack has. Fault `no-operator-key`. */
export function operatorClient(env: NodeJS.ProcessEnv, cwd: string): Client {
  const file = join(stateFolder(env, cwd), 'operator');
  if (!existsSync(file)) {
    throw new Fault('no-operator-key', {
      retryable: false,
      message: `this needs the operator key (${file}), which the first \`npm start\` writes: run it there, or set OCTO_DIR`,
    });
  }
  const { url, apiKey } = JSON.parse(readFileSync(file, 'utf8')) as { readonly url: string; readonly apiKey: string };
  return new Client(url, apiKey);
}

/** A new key works as soon as the read models have it. Fault `key-not-accepted`. */
export async function untilAccepted(client: Client, withinMs = 15_000): Promise<void> {
  if ((await until(() => isAccepted(client), { withinMs })) === true) return;
  throw new Fault('key-not-accepted', {
    retryable: true,
    message: `the key is not accepted after ${withinMs / 1000} s: run \`npx octobus doctor\``,
  });
}

/** A key without the scope of what is asked is refused in another way than one that is unknown. */
export async function isAccepted(client: Client): Promise<boolean> {
  try {
    await client.json('GET', '/v1/agents');
    return true;
  } catch (error) {
    if (!(error instanceof ApiFault) || (error.status !== 401 && error.status !== 403)) throw error;
    return error.status === 403;
  }
}

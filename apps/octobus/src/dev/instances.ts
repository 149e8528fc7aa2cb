import { Fault } from '@octobus/kernel';
import { SERVICES } from './services.ts';

/** Processes of a service, by its name; one of those that aren't named. */
export type Instances = Readonly<Record<string, number>>;

const MOST = 16;
/** It listens on the one port that the stack tells its clients. */
const SINGLE = 'gateway';

/** `OCTO_INSTANCES`, e.g. `orchestrator=2,arm-noop=2`. Fault `config-invalid`. */
export function instancesOf(env: NodeJS.ProcessEnv, isolate: boolean): Instances {
  const text = env['OCTO_INSTANCES'] ?? '';
  if (text === '') return {};
  if (!isolate) throw invalid('OCTO_INSTANCES needs a process a service: start with --isolate');
  return Object.fromEntries(text.split(',').map(instance));
}

function instance(text: string): readonly [string, number] {
  const [name = '', count = ''] = text.trim().split('=');
  const n = /^\d{1,2}$/.test(count) ? Number(count) : 0;
  if (!SERVICES.some((service) => service.name === name))
    throw invalid(`OCTO_INSTANCES names no service: ${JSON.stringify(name.slice(0, 40))}`);
  if (n < 1 || n > MOST) throw invalid(`OCTO_INSTANCES: ${name} is a whole number from 1 to ${MOST}`);
  if (name === SINGLE && n > 1) throw invalid(`OCTO_INSTANCES: there is one ${SINGLE}`);
  return [name, n];
}

/** `orchestrator`, `orchestrator-2` ... */
export const instanceNames = (service: string, instances: Instances): readonly string[] =>
  Array.from({ length: instances[service] ?? 1 }, (_, i) => (i === 0 ? service : `${service}-${i + 1}`));

const invalid = (message: string): Fault => new Fault('config-invalid', { retryable: false, message });

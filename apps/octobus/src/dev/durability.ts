import type { DurabilityLevel } from '@octobus/jetstream';
import { Fault } from '@octobus/kernel';
import type { ServerCount } from './nats-places.ts';

export interface Durability {
  readonly level: DurabilityLevel;
  readonly replicas: ServerCount;
}

/** `OCTO_REPLICAS` and `OCTO_DURABILITY`; a cluster without fsync is `replicated`. Fault `config-invalid`. */
export function durabilityOf(env: NodeJS.ProcessEnv): Durability {
  const replicas = countOf(env['OCTO_REPLICAS'] || '1');
  const level = env['OCTO_DURABILITY'] || (replicas === 1 ? 'fsync' : 'replicated');
  if (level === 'fsync') return { level, replicas };
  if (level === 'flushed') return { level: replicas === 1 ? level : 'replicated', replicas };
  if (level !== 'replicated') throw invalid('OCTO_DURABILITY is "fsync", "flushed" or "replicated"');
  if (replicas === 1) throw invalid('OCTO_DURABILITY is "replicated" only with OCTO_REPLICAS=3');
  return { level, replicas };
}

function countOf(text: string): ServerCount {
  if (text === '1') return 1;
  if (text === '3') return 3;
  throw invalid('OCTO_REPLICAS is 1 or 3');
}

const invalid = (message: string): Fault => new Fault('config-invalid', { retryable: false, message });

import { fileURLToPath } from 'node:url';
import { ARMS } from '@octobus/task';
import type { StartService } from '@octobus/service';

/** One service of the stack: the NATS account it lives in, and how it is loaded or run. */
export interface ServiceEntry {
  readonly name: string;
  readonly account: string;
  readonly database: boolean;
  /** Holds the master key. */
  readonly vault: boolean;
  load(): Promise<StartService>;
  /** Entry of its own process. */
  readonly main: string;
}

const mainOf = (pkg: string): string => fileURLToPath(new URL('./main.js', import.meta.resolve(`@octobus/${pkg}/service`)));

const entry = (name: string, account: string, database: boolean, load: () => Promise<{ start: StartService }>): ServiceEntry => ({
  name,
  account,
  database,
  vault: name === 'vault',
  load: async () => (await load()).start,
  get main() {
    return mainOf(name);
  },
});

/** In the order of their start: what others need first, the door last. */
export const SERVICES: readonly ServiceEntry[] = [
  entry('vault', 'VAULT', false, () => import('@octobus/vault/service')),
  entry('projector', 'PROJECTOR', true, () => import('@octobus/projector/service')),
  entry('orchestrator', 'ORCHESTRATOR', false, () => import('@octobus/orchestrator/service')),
  entry('memory', 'MEMORY', false, () => import('@octobus/memory/service')),
  entry('arm-planner', 'ARM_PLANNER', false, () => import('@octobus/arm-planner/service')),
  entry('arm-retriever', 'ARM_RETRIEVER', false, () => import('@octobus/arm-retriever/service')),
  entry('arm-generalist', 'ARM_GENERALIST', false, () => import('@octobus/arm-generalist/service')),
  entry('arm-judge', 'ARM_JUDGE', false, () => import('@octobus/arm-judge/service')),
  entry('arm-guardian', 'ARM_GUARDIAN', false, () => import('@octobus/arm-guardian/service')),
  entry('arm-noop', 'ARM_NOOP', false, () => import('@octobus/arm-noop/service')),
  entry('reflex', 'REFLEX', false, () => import('@octobus/reflex/service')),
  entry('gateway', 'GATEWAY', true, () => import('@octobus/gateway/service')),
];

export { ARMS };

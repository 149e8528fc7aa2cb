import { type Duration, seconds } from '@octobus/kernel';

/** A worker that a plan may name, and the arm that runs it. */
export interface Agent {
  readonly name: string;
  readonly version: number;
  readonly arm: string;
  readonly description: string;
  /** "name@version" of the prompt it uses with a model; empty: none. */
  readonly prompt: string;
  readonly timeout: Duration;
  readonly maxAttempts: number;
  /** False: the engine alone schedules it, a plan may not. */
  readonly plannable: boolean;
}

/** The agents of this release. Declared agents, versioned by events, come later and take this place. */
export const AGENTS: readonly Agent[] = [
  {
    name: 'planner',
    version: 1,
    arm: 'planner',
    description: 'Turns a goal into a plan: by rules, or by a model where one is configured.',
    prompt: 'planner@1',
    timeout: seconds(60),
    maxAttempts: 2,
    plannable: false,
  },
  {
    name: 'retriever',
    version: 1,
    arm: 'retriever',
    description: "Finds passages in the tenant's documents, each with its place in the file.",
    prompt: '',
    timeout: seconds(30),
    maxAttempts: 3,
    plannable: true,
  },
  {
    name: 'generalist',
    version: 1,
    arm: 'generalist',
    description: 'Answers from passages with citations: extracted offline, written by a model where one is configured.',
    prompt: 'answer@1',
    timeout: seconds(120),
    maxAttempts: 2,
    plannable: true,
  },
  {
    name: 'judge',
    version: 1,
    arm: 'judge',
    description: 'Checks that each cited sentence follows from its source and withholds those that do not.',
    prompt: '',
    timeout: seconds(30),
    maxAttempts: 2,
    plannable: true,
  },
  {
    name: 'guardian',
    version: 1,
    arm: 'guardian',
    description: "Checks what earlier steps handed over by the tenant's policy: takes out what may not leave, or ends the step.",
    prompt: '',
    timeout: seconds(30),
    maxAttempts: 2,
    plannable: true,
  },
  {
    name: 'noop',
    version: 1,
    arm: 'noop',
    description: 'Returns its arguments; for tests, benchmarks and demonstrations.',
    prompt: '',
    timeout: seconds(300),
    maxAttempts: 3,
    plannable: true,
  },
];

export const ARMS: readonly string[] = [...new Set(AGENTS.map((agent) => agent.arm))];

const byName = new Map(AGENTS.map((agent) => [agent.name, agent]));

/** Finds "name" or "name@version"; undefined when there is no such agent or version. */
export function findAgent(reference: string): Agent | undefined {
  const [name = '', version] = reference.split('@');
  const agent = byName.get(name);
  return version === undefined || String(agent?.version) === version ? agent : undefined;
}

export const agentReference = (agent: Agent): string => `${agent.name}@${agent.version}`;

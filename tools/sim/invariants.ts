import { isDeepStrictEqual } from 'node:util';
import type { RecordedEvent } from '@octobus/event-log';
import { parseInstant } from '@octobus/kernel';
import { rowsOf } from '../../libs/read-models/src/testing/folded-rows.ts';
import { FAULTS_END_MS } from './faults.ts';
import type { Postgres } from './postgres.ts';
import type { StoredAppend } from './server.ts';
import { type Violation, taskViolations } from './task-invariants.ts';
import type { Effects } from './tool.ts';
import type { Acknowledged, World } from './world.ts';
import type { Accepted } from './clients.ts';

/** What must hold when a simulated world has come to rest. */
export function violationsOf(world: World, commands: readonly Accepted[]): readonly Violation[] {
  const events = Array.from({ length: world.server.log.end }, (_, i) => world.server.log.at(i + 1)).filter((event) => event !== undefined);
  return [
    ...taskViolations(events),
    ...wrongExpectations(world.server.appends),
    ...missing(world.acknowledged, world),
    ...lostCommands(commands, events, world),
    ...repeated(world.effects),
    ...defects(world),
    ...lateEnds(events, world),
    ...wrongRows(world.postgres, events),
  ];
}

const wrongExpectations = (appends: readonly StoredAppend[]): Violation[] =>
  appends
    .filter(({ expected, lastUnder }) => expected.sequence !== lastUnder)
    .map(({ sequence, event, expected, lastUnder }) => ({
      invariant: 'no append with a wrong expectation succeeds',
      detail: `${event.subject} at ${sequence} expected ${expected.sequence}, there was ${lastUnder}`,
    }));

const missing = (acknowledged: readonly Acknowledged[], { server }: World): Violation[] =>
  acknowledged
    .filter(({ sequence, id }) => server.log.at(sequence)?.envelope.id !== id)
    .map(({ sequence, subject }) => ({ invariant: 'nothing acknowledged is missing', detail: `${subject} at ${sequence}` }));

/** A command that a client knows to be taken has its event, or a dead letter says why not. */
function lostCommands(commands: readonly Accepted[], events: readonly RecordedEvent[], { buried }: World): Violation[] {
  const requests = new Set(events.map(({ address }) => `${address.id} ${address.facet.slice(0, 2).join('.')}`));
  const letters = new Set(buried.filter(({ service }) => service === 'reflex').map(({ sequence }) => sequence));
  return commands
    .filter(({ task, verb, sequences }) => !requests.has(`${task} request.${verb}`) && !sequences.some((one) => letters.has(one)))
    .map(({ task, verb }) => ({ invariant: 'nothing acknowledged is missing', detail: `${verb} of ${task}` }));
}

const repeated = ({ once }: Effects): Violation[] =>
  [...once]
    .filter(([, times]) => times > 1)
    .map(([name, times]) => ({ invariant: 'a call that must not be repeated acts once', detail: `${name} acted ${times} times` }));

/** A deadline ends its task though nothing else happens to it: so long after it, or after the last fault, at the latest (a late timer, a lost request, an ack wait). */
const ENDS_WITHIN_MS = 8_000;

function lateEnds(events: readonly RecordedEvent[], { scheduler }: World): Violation[] {
  const faultsEnd = scheduler.epoch + FAULTS_END_MS;
  const due = new Map<string, number>();
  const late: Violation[] = [];
  for (const { address, body, storedAt } of events) {
    if (body.type === 'task.deadline-set.v1') due.set(address.id, Math.max(faultsEnd, parseInstant(body.data.deadline ?? '') ?? 0));
    const by = due.get(address.id);
    if (by !== undefined && address.facet.join('.') === 'flow.end' && storedAt > by + ENDS_WITHIN_MS)
      late.push({ invariant: 'a deadline ends its task', detail: `task ${address.id} ended ${storedAt - by} ms late` });
  }
  return late;
}

/** An ordinary error of a handler is a bug of its own. */
const defects = ({ buried }: World): Violation[] =>
  buried
    .filter(({ cause }) => cause === 'defect')
    .map(({ service, subject }) => ({ invariant: 'no handler breaks', detail: `${service} at ${subject}` }));

function wrongRows(postgres: Postgres, events: readonly RecordedEvent[]): Violation[] {
  const invariant = 'read models equal a fresh fold';
  const { sequence } = postgres.position;
  const end = events.at(-1)?.sequence ?? 0;
  if (sequence !== end) return [{ invariant, detail: `they are at ${sequence}, the log ends at ${end}` }];
  const wanted = rowsOf(events);
  return [...new Set([...wanted.keys(), ...postgres.rows.keys()])]
    .filter((table) => !isDeepStrictEqual(postgres.rows.get(table) ?? new Map(), wanted.get(table) ?? new Map()))
    .map((table) => ({ invariant, detail: `rows of ${table} differ` }));
}

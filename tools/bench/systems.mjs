import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Trouble } from '../bootstrap/say.mjs';
import { USAGE } from './flags.mjs';

const HERE = import.meta.dirname;
export const PEERS = join(HERE, 'peers');

const GROUPED = 'grouped';
/** The modes that a system is asked for: one is of Octobus alone, and no other misses it. */
export const modesOf = ({ ours }, modes) => modes.filter((mode) => ours || mode !== GROUPED);

const OCTOBUS = {
  ours: true,
  folder: join(HERE, 'systems', 'octobus'),
  needs: [],
  modes: ['services', 'journalled', GROUPED],
  workloads: ['five-step', 'one-step', 'fan-out'],
};

/** Octobus as it is set up by default, and as the flags ask for besides. */
export function ourSystems({ flushed, doors, logStreams = [1] }) {
  const durabilities = flushed ? ['fsync', 'flushed'] : ['fsync'];
  return doors.flatMap((door) =>
    durabilities.flatMap((durability) =>
      logStreams.map((streams) => {
        const marks = [durability === 'flushed' && durability, door === 'rest' && door, streams > 1 && `${streams}-streams`];
        return { ...OCTOBUS, name: ['octobus', ...marks.filter(Boolean)].join('-'), durability, start: { durability, door, streams } };
      }),
    ),
  );
}

/** A yardstick on the same server and disk, with nothing of Octobus: so many dependent appends a run. */
export const appendLoop = () => ({
  ours: true,
  name: 'append-loop',
  folder: join(HERE, 'systems', 'append-loop'),
  needs: [],
  modes: ['services'],
  workloads: ['five-step'],
  durability: 'fsync',
  start: {},
});

/** The peers of a folder by name, as their peer.json says; a Trouble when one is asked for that isn't there. */
export function peerSystems(wanted, folder = PEERS) {
  const there = existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => existsSync(join(folder, name, 'peer.json')))
        .toSorted()
    : [];
  const names = wanted === 'all' ? there : wanted;
  const unknown = names.find((name) => !there.includes(name));
  if (unknown !== undefined) throw new Trouble(`There is no peer "${unknown}"; there are: ${there.join(', ') || 'none'}.`, USAGE);
  return names.map((name) => {
    const facts = JSON.parse(readFileSync(join(folder, name, 'peer.json'), 'utf8'));
    return {
      modes: [],
      workloads: [],
      needs: [],
      durability: 'unknown',
      ...facts,
      name,
      ours: false,
      folder: join(folder, name),
      start: {},
    };
  });
}

/** Why this system has no such row; undefined when it has. */
export function lacks({ workloads, modes }, workload, mode) {
  if (!workloads.includes(workload)) return `it has no workload ${workload}`;
  return modes.includes(mode) ? undefined : `it has no mode ${mode}`;
}

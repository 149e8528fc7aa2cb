import { createHash } from 'node:crypto';
import { type EventBody, aggregatePrefix, clearSlot, facet, parseEventSubject } from '@octobus/contracts';
import { formatInstant, instantOf, uuidv8 } from '@octobus/kernel';
import type { FoldableEvent } from '../projection.ts';
import { type Fact, taskStory } from './task-story.ts';

export interface HistoryOptions {
  readonly tasks: number;
  readonly tenants?: readonly string[];
  /** Tasks under way at the same time; their events alternate. */
  readonly concurrent?: number;
  readonly seed?: number;
}

const START = Date.UTC(2026, 0, 5, 8);

/** mulberry32: the same seed gives the same numbers in [0, 1). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export const idOf = (name: string): string => uuidv8(createHash('sha256').update(name).digest());

/** Puts a fact at its place in a log. */
export function recorded(prefix: string, fact: Fact, sequence: number): FoldableEvent {
  const subject = `${prefix}.${fact.facet}`;
  const address = parseEventSubject(subject);
  if (address === undefined) throw new RangeError(`${subject} is no subject of an event`);
  const storedAt = START + sequence * 3;
  const envelope = {
    id: idOf(`event ${sequence}`),
    type: fact.body.type,
    source: 'octobus/test',
    time: formatInstant(instantOf(storedAt)),
    correlation: address.id,
    causation: idOf(`event ${sequence - 1}`),
    actor: 'key:first',
  };
  return { subject, address, sequence, storedAt, envelope, body: fact.body };
}

interface Line {
  readonly prefix: string;
  readonly facts: Iterator<Fact>;
}

/** A plausible log: keys and documents of each tenant first, then tasks of every course, interleaved. Sequences count from 1. */
export function generateHistory(options: HistoryOptions): FoldableEvent[] {
  const tenants = options.tenants ?? ['acme', 'globex'];
  const random = randomNumbers(options.seed ?? 1);
  const events: FoldableEvent[] = [];
  for (const tenant of tenants) {
    for (const line of preparations(tenant)) run(line, events);
  }
  const waiting = Array.from({ length: options.tasks }, (_, i) => taskLine(tenants[i % tenants.length] ?? 'acme', `task ${i}`, random));
  const active: Line[] = waiting.splice(0, options.concurrent ?? 32);
  while (active.length > 0) {
    const chosen = Math.floor(random() * active.length);
    if (step(active[chosen], events)) continue;
    const next = waiting.shift();
    active.splice(chosen, 1, ...(next === undefined ? [] : [next]));
  }
  return events;
}

function step(line: Line | undefined, events: FoldableEvent[]): boolean {
  const next = line?.facts.next();
  if (line === undefined || next === undefined || next.done === true) return false;
  events.push(recorded(line.prefix, next.value, events.length + 1));
  return true;
}

function run(line: Line, events: FoldableEvent[]): void {
  while (step(line, events));
}

function taskLine(tenant: string, name: string, random: () => number): Line {
  const id = idOf(`${tenant} ${name}`);
  return { prefix: aggregatePrefix({ tenant, aggregate: 'task', id }), facts: taskStory(id, random) };
}

function preparations(tenant: string): readonly Line[] {
  const document = idOf(`${tenant} document`);
  return [
    { prefix: aggregatePrefix({ tenant, aggregate: 'identity', id: tenant }), facts: identityFacts(tenant).values() },
    { prefix: aggregatePrefix({ tenant, aggregate: 'document', id: document }), facts: documentFacts(tenant).values() },
  ];
}

const sha = (text: string): string => createHash('sha256').update(text).digest('hex');

function identityFacts(tenant: string): readonly Fact[] {
  const key = (name: string): Fact => {
    const data = {
      keyId: name,
      secretDigest: sha(`${tenant} ${name}`),
      owner: `owner:${name}`,
      scopes: ['tasks:read', 'tasks:write'],
      label: name,
    };
    return { facet: `flow.key.${name}.created`, body: { type: 'identity.key-created.v1', data } };
  };
  return [
    { facet: 'flow.tenant', body: { type: 'identity.tenant-created.v1', data: { name: tenant } } },
    key('first'),
    key('second'),
    { facet: 'flow.key.second.revoked', body: { type: 'identity.key-revoked.v1', data: { keyId: 'second' } } },
  ];
}

function documentFacts(tenant: string): readonly Fact[] {
  const command = idOf(`${tenant} ingest`);
  const digest = sha(`${tenant} text`);
  const content = clearSlot([{ name: 'guide.md', origin: 'ORIGIN_USER', text: 'How it works.' }]);
  const asked: EventBody = {
    type: 'document.ingest-requested.v1',
    data: { owner: 'key:first', dataSubject: 'key:first', commandId: command, digest, size: 13, mediaType: 'text/markdown', content },
  };
  const indexed: EventBody = { type: 'document.indexed.v1', data: { commandId: command, digest, chunks: 1, chunker: 'blocks@1' } };
  return [
    { facet: facet.request('ingest', command), body: asked },
    { facet: `flow.version.${command}`, body: indexed },
  ];
}

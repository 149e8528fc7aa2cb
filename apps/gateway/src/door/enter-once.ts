import { type Commands, aggregatePrefix, canonicalJson, digestFor, facet, idFromName, personNamedIn } from '@octobus/contracts';
import type { EventLog, RecordedEvent } from '@octobus/event-log';
import { type Instant, uuidv7 } from '@octobus/kernel';
import { keyedDigest } from '@octobus/sealing';
import { MAX_PLAN_STEPS, type PlanTimes, planProblems } from '@octobus/task';
import { randomBytesPooled } from '@octobus/telemetry';
import type { Principal } from '../auth/principal.ts';
import type { Verdicts } from '../live/verdicts.ts';
import { type FieldProblem, RequestFault } from '../problems/problem.ts';
import type { Door, Person } from './door.ts';

/** How long the answer waits for the screening: long enough for an idle system, short enough for a busy one. */
const VERDICT_MS = 250;

/** Commands that make an aggregate, whose id is minted here. */
const MAKES = { submit: 'task', 'create-schedule': 'schedule' } as const;
type Making = keyof typeof MAKES;

export interface EnterParts {
  readonly log: EventLog;
  readonly door: Door;
  readonly verdicts: Verdicts;
  readonly doorKey: string;
  readonly clock: () => Instant;
}

/** What a request brings besides its body. */
export interface Asked {
  readonly body: unknown;
  readonly idempotencyKey: string | undefined;
  readonly traceparent: string | undefined;
  /** Told of the id that was minted, before anybody else can know it. */
  readonly onMinted?: (id: string) => void;
}

export interface Entered {
  readonly id: string;
  /** The verdict; undefined while there is none. */
  readonly event: RecordedEvent | undefined;
  /** True: this id was asked for before with the same body. */
  readonly repeated: boolean;
}

/** Mints the id, makes the command durable and waits a moment for the verdict. Faults: `idempotency-conflict`, and those of the door. */
export async function enterOnce<V extends Making>(
  parts: EnterParts,
  principal: Principal,
  verb: V,
  body: Commands[V],
  { idempotencyKey, traceparent, onMinted }: Asked,
): Promise<Entered> {
  const { log, door, verdicts } = parts;
  const { tenant } = principal;
  const id = mint(parts, tenant, MAKES[verb], idempotencyKey);
  onMinted?.(id);
  const subject = `${aggregatePrefix({ tenant, aggregate: MAKES[verb], id })}.${facet.request(verb, id)}`;
  const verdict = verdicts.expect(subject);
  try {
    const earlier = idempotencyKey === undefined ? undefined : await log.last(subject);
    // What is not let in leaves nothing behind, not even the first key of a person.
    if (earlier === undefined) door.admit(verb);
    const person = await door.person(principal, tenant, personNamedIn(body));
    if (earlier === undefined) await door.enter(principal, { verb, tenant, target: id, body, traceparent, person });
    const event = earlier ?? (await verdict.within(VERDICT_MS));
    // Nobody else can have asked for an id that was made up here.
    if (event !== undefined && idempotencyKey !== undefined) assertSame(event, digestsOf(parts, tenant, person, body));
    return { id, event, repeated: earlier !== undefined };
  } finally {
    verdict.cancel();
  }
}

function mint({ doorKey, clock }: EnterParts, tenant: string, kind: 'task' | 'schedule', idempotencyKey: string | undefined): string {
  if (idempotencyKey === undefined) return uuidv7(clock(), randomBytesPooled(16));
  if (!/^[!-~]{1,200}$/.test(idempotencyKey)) {
    throw new RequestFault('command-invalid', 'Idempotency-Key is 1 to 200 printable ASCII characters without spaces');
  }
  return idFromName(doorKey, tenant, kind, `idempotency-key\n${idempotencyKey}`);
}

/** Of the body, as the log may have it: under the person's key, or, of before there was a vault, under one of the tenant. */
function digestsOf({ doorKey }: EnterParts, tenant: string, { key }: Person, body: object): readonly string[] {
  const text = canonicalJson(body);
  return [...(key === undefined ? [] : [keyedDigest(key, text)]), digestFor(doorKey, tenant, text)];
}

/** What this release can't read says nothing of its body. */
function assertSame({ body }: RecordedEvent, digests: readonly string[]): void {
  const { bodyDigest } = body.data as { readonly bodyDigest?: string };
  if (body.type === 'unknown' || digests.includes(bodyDigest ?? '')) return;
  throw new RequestFault('idempotency-conflict', 'the key was used before, with another body');
}

/** What keeps the plan of a task from being run, by where it stands: twenty at most. */
export function planErrors(
  { plan, limits }: Pick<Commands['submit'], 'plan' | 'limits'>,
  times: PlanTimes,
  at = '',
): readonly FieldProblem[] {
  const problems = plan === undefined ? [] : planProblems(plan.steps, limits?.maxSteps ?? MAX_PLAN_STEPS, times);
  return problems.slice(0, 20).map(({ pointer, message }) => ({ pointer: `${at}/plan${pointer}`, message }));
}

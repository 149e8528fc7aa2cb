import {
  type Commands,
  type ContentSlotJson,
  type EventOf,
  type PlanStepJson,
  type SubmitStep,
  argumentsName,
  instructionName,
  partNamed,
  partsOf,
} from '@octobus/contracts';
import type { RecordedEvent } from '@octobus/event-log';
import { attemptsOf, evolve, noTask, toTaskEvent } from '@octobus/task';

/** Why a letter can't be sent again; docs/errors.md says what to do. */
export type RedriveRefusal =
  /** There is no such letter, or it is another tenant's. */
  | 'dead-letter-unknown'
  /** Its payload was not kept: the same command would be refused again, or it was too large. */
  | 'dead-letter-not-kept'
  /** What it was about has not failed, or has moved on. */
  | 'redrive-pointless'
  /** A step with effects outside was begun: doing all of it again could repeat them. */
  | 'redrive-unsafe'
  /** The content can't be read here. */
  | 'content-sealed';

/** A command that asks for the same again; whom it is about is said by the key that it is sealed with. `name`: tells it from others about the same aggregate. */
export type Again =
  | { readonly verb: 'submit'; readonly body: Commands['submit']; readonly name: string }
  | { readonly verb: 'ingest'; readonly body: Commands['ingest']; readonly name: string }
  | { readonly refused: RedriveRefusal };

const CLASSES: Readonly<Record<string, 'high' | 'normal' | 'low'>> = {
  PRIORITY_CLASS_A: 'high',
  PRIORITY_CLASS_B: 'normal',
  PRIORITY_CLASS_C: 'low',
};
const ON_FAILURE: Readonly<Record<string, 'fail' | 'skip'>> = { ON_FAILURE_FAIL: 'fail', ON_FAILURE_SKIP: 'skip' };
const EFFECTS: Readonly<Record<string, 'none' | 'idempotent' | 'once'>> = {
  EFFECT_NONE: 'none',
  EFFECT_IDEMPOTENT: 'idempotent',
  EFFECT_ONCE: 'once',
};

/** A task that has failed, as a submission: everything as it was accepted, but the deadline, which has most likely passed. */
export function submitAgain(events: readonly RecordedEvent[]): Again {
  const task = events.reduce((state, event) => {
    const read = toTaskEvent(event);
    return read === undefined ? state : evolve(state, read);
  }, noTask);
  if (task.situation !== 'ended' || task.end !== 'failed') return { refused: 'redrive-pointless' };
  const harmless = (effect: string | number | undefined): boolean =>
    effect === undefined || effect === 'EFFECT_NONE' || effect === 'EFFECT_UNSPECIFIED';
  const begun = [...attemptsOf(task.last)].map(({ attempt }) => attempt.scheduled.effect);
  const called = events.flatMap(({ body }) => (body.type === 'task.call-started.v1' ? [body.data.effect] : []));
  if (![...begun, ...called].every(harmless)) return { refused: 'redrive-unsafe' };
  const accepted = events.map(({ body }) => body).find(({ type }) => type === 'task.accepted.v1') as EventOf<'task.accepted.v1'>;
  const { content, plan, documentIds = [], limits } = accepted.data;
  const goal = partNamed(content, 'goal')?.text;
  if (goal === undefined) return { refused: 'content-sealed' };
  return {
    verb: 'submit',
    name: '',
    body: {
      goal,
      priority: CLASSES[String(accepted.data.class)] ?? 'normal',
      ...(documentIds.length === 0 ? {} : { documents: documentIds }),
      ...(limits === undefined ? {} : { limits }),
      ...(plan === undefined ? {} : { plan: { steps: (plan.steps ?? []).map((step) => stepOf(step, content)) } }),
    } as Commands['submit'],
  };
}

function stepOf(step: PlanStepJson, content: ContentSlotJson | undefined): SubmitStep {
  const { id = '', agent, after, inputs, onFailure, maxAttempts, timeoutMs, effect, wait } = step;
  const instruction = partNamed(content, instructionName(id))?.text;
  const given = partNamed(content, argumentsName(id))?.json as SubmitStep['arguments'];
  return {
    id,
    ...(agent === undefined ? {} : { agent }),
    ...(after === undefined ? {} : { after }),
    ...(inputs === undefined ? {} : { inputs }),
    ...(instruction === undefined ? {} : { instruction }),
    ...(given === undefined ? {} : { arguments: given }),
    ...pick('onFailure', ON_FAILURE[String(onFailure)]),
    ...pick('effect', EFFECTS[String(effect)]),
    ...(maxAttempts ? { maxAttempts } : {}),
    ...(timeoutMs ? { timeoutMs } : {}),
    ...pick('wait', waitOf(wait)),
  };
}

function waitOf(wait: PlanStepJson['wait']): SubmitStep['wait'] {
  if (wait?.until !== undefined) return { until: wait.until };
  return wait === undefined ? undefined : { forMs: Number(wait.forMs) };
}

const pick = <K extends string, T>(name: K, value: T | undefined): { [P in K]?: T } =>
  value === undefined ? {} : ({ [name]: value } as { [P in K]?: T });

/** The version of a document that was refused, as a new one, unless somebody has given a newer one since. */
export function ingestAgain(subject: string, events: readonly RecordedEvent[]): Again {
  const request = events.find((event) => event.subject === subject);
  if (request?.body.type !== 'document.ingest-requested.v1') return { refused: 'redrive-pointless' };
  const { commandId = '', content, mediaType = '' } = request.body.data;
  const refusal = events.some(({ body }) => body.type === 'document.refused.v1' && body.data.commandId === commandId);
  const newer = events.some(({ body, sequence }) => body.type === 'document.ingest-requested.v1' && sequence > request.sequence);
  if (!refusal || newer) return { refused: 'redrive-pointless' };
  const part = partsOf(content)[0];
  if (part === undefined) return { refused: 'content-sealed' };
  const { name = '', text, blob } = part;
  const bytes =
    blob === undefined
      ? { text: text ?? '' }
      : {
          blob: {
            digest: blob.digest ?? '',
            size: blob.size ?? 0,
            pieces: blob.pieces ?? [],
            ...(blob.sealed === true ? { sealed: true } : {}),
          },
        };
  return {
    verb: 'ingest',
    name: commandId,
    body: { name, mediaType, ...bytes },
  };
}

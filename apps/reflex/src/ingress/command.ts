import {
  type CallOrigin,
  type Checked,
  type Commands,
  type DoorClaim,
  HEADER,
  POLICY_ID,
  type Verb,
  callOriginOf,
  checkCommand,
  isSignedAtDoor,
  parseIngressSubject,
  personNamedIn,
  scheduleKeyOf,
  subjectToken,
  targetOf,
} from '@octobus/contracts';
import { Fault, isToken } from '@octobus/kernel';
import { isTraceparent } from '@octobus/telemetry';
import { createHash } from 'node:crypto';

/** Levels of arrays and objects in one command: more than any has. */
const MOST_LEVELS = 64;

/** A message of INGRESS, as a client or the gateway published it. */
export interface IngressMessage {
  readonly subject: string;
  readonly payload: Uint8Array;
  /** What the payload holds, where it was sealed, and the token of the person whose key it was sealed with. */
  readonly plain?: Uint8Array;
  readonly person?: string;
  header(name: string): string | undefined;
}

/** A command that is well formed and whose sender is known; nothing is decided yet. */
export interface Command<V extends Verb = Verb> {
  readonly tenant: string;
  readonly verb: V;
  /** Names the command for ever; a subject token. */
  readonly id: string;
  /** ce-id as it came: the cause of what follows. */
  readonly causation: string;
  readonly actor: string;
  /** By what way it came. */
  readonly origin: CallOrigin;
  /** What the tenant calls the person whom it is about; nothing of that reaches the log. */
  readonly dataSubject: string;
  /** Their token, when whoever is vouched for has sealed the command with their key. */
  readonly person?: string;
  /** Vouched for by the gateway, which checked a key and its scopes and stored the content that the command names. */
  readonly signed: boolean;
  /** The aggregate it is for: a task, a document, a tenant. */
  readonly target: string;
  readonly body: Commands[V];
  readonly traceparent: string | undefined;
}

/** Reason of a refusal: the command pretends that the gateway vouches for it. */
export const FORGED = 'signature-forged';

export const refuse = (code: string, message: string): Fault => new Fault(code, { retryable: false, message });

/** Reads one message. Faults (not retryable): `command-malformed`, `command-invalid`; messages name the place, never the value. */
export function readCommand(message: IngressMessage, doorKey: string): Command {
  const place = parseIngressSubject(message.subject);
  if (place === undefined) throw refuse('command-malformed', 'the subject is not ingress.<tenant>.<verb>');
  const { tenant, verb } = place;
  const body = bodyOf(verb, message.plain ?? message.payload);
  const causation = message.header(HEADER.id) ?? '';
  if (causation === '' || causation.length > 200)
    throw refuse('command-malformed', `the header ${HEADER.id} is missing or longer than 200`);
  const { actor, origin, wanted, signed } = senderOf(message, verb, doorKey, tenant, causation);
  if (message.plain !== undefined && !signed && origin !== 'schedule') throw refuse('command-malformed', 'only the gateway seals commands');
  const name = `${message.header(HEADER.source) ?? ''}\n${causation}`;
  return {
    tenant,
    verb,
    id: isToken(causation) ? causation : createHash('sha256').update(name).digest('hex').slice(0, 32),
    causation,
    actor,
    origin,
    dataSubject: personNamedIn(body) ?? actor,
    ...(message.person === undefined ? {} : { person: message.person }),
    signed,
    target: targetIn(verb, tenant, body, doorKey, wanted, name),
    body,
    traceparent: traceparentOf(message),
  };
}

/** Undefined for what is no JSON object. */
export function objectIn(payload: Uint8Array): object | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Anything that is no trace context is left out: it would be written into every event that follows. */
function traceparentOf(message: IngressMessage): string | undefined {
  const header = message.header(HEADER.traceparent);
  return isTraceparent(header) ? header : undefined;
}

function bodyOf(verb: Verb, payload: Uint8Array): Commands[Verb] {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch {
    throw refuse('command-malformed', 'the payload is not JSON in UTF-8');
  }
  if (isDeeperThan(json, MOST_LEVELS)) throw refuse('command-malformed', `the payload has more than ${MOST_LEVELS} levels`);
  const checked: Checked<Commands[Verb]> = checkCommand(verb, json);
  if ('value' in checked) return checked.value;
  const [problem] = checked.problems;
  throw refuse('command-invalid', `${problem?.pointer || '/'} ${problem?.message ?? 'is not valid'}`);
}

/** Without recursion: what it guards against is a stack that overflows. */
function isDeeperThan(value: unknown, levels: number): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > levels) return true;
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []));
  }
  return false;
}

/** What a schedule submits is vouched for by the orchestrator, with a key that is good for nothing else. */
const isFiring = (verb: Verb, doorKey: string, claim: DoorClaim, signature: string | undefined): boolean =>
  verb === 'submit' && signature !== undefined && isSignedAtDoor(scheduleKeyOf(doorKey), claim, signature);

/** What the gateway vouches for is believed; everybody else is the tenant's NATS account. */
function senderOf(
  message: IngressMessage,
  verb: Verb,
  doorKey: string,
  tenant: string,
  id: string,
): { actor: string; origin: CallOrigin; wanted: string | undefined; signed: boolean } {
  const actor = message.header(HEADER.actor) ?? '';
  const target = message.header(HEADER.subject) ?? '';
  const origin = message.header(HEADER.origin);
  const claim = { subject: message.subject, id, actor, target, origin, payload: message.payload };
  const signature = message.header(HEADER.door);
  if (isSignedAtDoor(doorKey, claim, signature)) return { actor, origin: callOriginOf(origin) ?? 'rest', wanted: target, signed: true };
  if (isFiring(verb, doorKey, claim, signature)) return { actor, origin: 'schedule', wanted: target, signed: false };
  if (signature !== undefined) throw forged();
  return { actor: `nats:${tenant}`, origin: 'nats', wanted: target, signed: false };
}

const forged = (): Fault =>
  new Fault('command-malformed', {
    retryable: false,
    message: 'the door signature does not fit the command',
    details: { reason: FORGED },
  });

function targetIn(verb: Verb, tenant: string, body: Commands[Verb], doorKey: string, wanted: string | undefined, name: string): string {
  switch (verb) {
    case 'submit':
      return targetOf(doorKey, tenant, 'task', wanted, name);
    case 'cancel':
      return (body as Commands['cancel']).taskId;
    case 'ingest':
      return targetOf(doorKey, tenant, 'document', undefined, (body as Commands['ingest']).name);
    case 'create-schedule':
      return targetOf(doorKey, tenant, 'schedule', wanted, name);
    case 'pause-schedule':
    case 'resume-schedule':
    case 'delete-schedule':
      return (body as Commands['pause-schedule']).scheduleId;
    case 'erase':
      return personIn(doorKey, tenant, body as Commands['erase']);
    case 'create-tenant':
      return (body as Commands['create-tenant']).name;
    case 'redrive':
    case 'drop':
      return (body as Commands['redrive']).letter;
    case 'set-policy':
      return POLICY_ID;
    case 'create-key':
    case 'revoke-key':
    case 'open-session':
    case 'open-replay':
    case 'close-replay':
    case 'report-denial':
    case 'report-refusals':
    case 'report-output':
      return tenant;
  }
}

const personIn = (doorKey: string, tenant: string, body: Commands['erase']): string =>
  'subject' in body ? subjectToken(doorKey, tenant, body.subject) : body.dataSubject;

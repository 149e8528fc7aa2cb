import { createHash } from 'node:crypto';
import { type EventBody, HEADER, type ScreeningJson, parseIngressSubject } from '@octobus/contracts';
import { isFault, parseInstant, formatInstant } from '@octobus/kernel';
import { type Command, FORGED, type IngressMessage, refuse } from '../ingress/command.ts';

/** An event of the audit aggregate: each is an aggregate of its own, so that they spread over the shards. */
export interface AuditEntry {
  readonly id: string;
  readonly place: string;
  readonly body: EventBody;
}

const digest = (...parts: readonly (string | Uint8Array)[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\n');
  return hash.digest('hex').slice(0, 32);
};

/** Commands by which the gateway tells what it has not done. */
export type ReportCommand = Command<'report-denial'> | Command<'report-refusals'> | Command<'report-output'>;

/** What the gateway tells of its refusals. Fault `command-forbidden` for anybody else. */
export function reportedEntry(command: ReportCommand): AuditEntry {
  if (!command.signed) throw refuse('command-forbidden', 'only the gateway reports refusals');
  switch (command.verb) {
    case 'report-denial':
      return deniedEntry(command as Command<'report-denial'>);
    case 'report-refusals':
      return countedEntry(command as Command<'report-refusals'>);
    case 'report-output':
      return outputEntry(command as Command<'report-output'>);
  }
}

/** The same however often, and by whomever, it is asked for. */
function outputEntry({ tenant, body }: Command<'report-output'>): AuditEntry {
  const { taskId, policyVersion } = body;
  const findings = [...new Set(body.findings)].sort();
  return {
    id: digest(tenant, taskId, String(policyVersion), ...findings),
    place: 'flow.output',
    body: { type: 'audit.output-blocked.v1', data: { taskId, policyVersion, findings } },
  };
}

function deniedEntry({ id, body }: Command<'report-denial'>): AuditEntry {
  return { id, place: 'flow.denied', body: { type: 'audit.denied.v1', data: { commandId: id, code: body.code, action: body.action } } };
}

/** One aggregate a source, minute and code; one event in it an instance of the gateway. */
function countedEntry({ body }: Command<'report-refusals'>): AuditEntry {
  const { code, source, count, instance } = body;
  const at = parseInstant(body.minute);
  if (at === undefined) throw refuse('command-invalid', '/minute is not an RFC 3339 time');
  const minute = formatInstant(at);
  return {
    id: digest(code, source, minute),
    place: `flow.counted.${instance}`,
    body: { type: 'audit.refusals-counted.v1', data: { code, source, minute, count } },
  };
}

/** A further call for what stands already: nothing follows from it, but that it was made. */
export const repeatedEntry = ({ id, verb, target }: Command, aggregate: string): AuditEntry => ({
  id,
  place: `request.${verb}.${id}`,
  body: { type: 'audit.call-repeated.v1', data: { commandId: id, aggregate, target } },
});

/** What the platform tells of the replays that it opens and closes. Fault `command-forbidden` for anybody else. */
export function replayEntry(command: Command<'open-replay'> | Command<'close-replay'>): AuditEntry {
  const { id, verb, signed } = command;
  if (!signed) throw refuse('command-forbidden', 'a replay is asked for by replay.<tenant>.open');
  const body: EventBody =
    verb === 'open-replay'
      ? { type: 'audit.replay-open-requested.v1', data: { commandId: id, ...command.body } }
      : { type: 'audit.replay-close-requested.v1', data: { commandId: id, ...command.body } };
  return { id, place: `request.${verb}.${id}`, body };
}

/** For a command over NATS that its sender had no right to; undefined when it was refused for another reason. The same message is the same denial. */
export function denialOf(message: IngressMessage, error: unknown): (AuditEntry & { readonly tenant: string }) | undefined {
  const place = parseIngressSubject(message.subject);
  const forged = isFault(error) && error.details['reason'] === FORGED;
  if (place === undefined || (!forged && !isFault(error, 'command-forbidden'))) return undefined;
  const id = digest(message.subject, message.header(HEADER.source) ?? '', message.header(HEADER.id) ?? '', message.payload);
  const code = forged ? FORGED : error.code;
  return {
    tenant: place.tenant,
    id,
    place: 'flow.denied',
    body: { type: 'audit.denied.v1', data: { commandId: id, code, action: place.verb } },
  };
}

/** For a command over NATS beyond the limits of its sender. The same command is the same denial. */
export const limitedEntry = ({ tenant, verb, causation, id }: Command): AuditEntry => ({
  id: digest('rate-limited', tenant, verb, causation),
  place: 'flow.denied',
  body: { type: 'audit.denied.v1', data: { commandId: id, code: 'rate-limited', action: verb } },
});

/** What was refused by a blocking verdict, for whoever keeps watch: never what it said. The same refusal is the same word of it. */
export function blockedEntry({ verb, target }: Command, aggregate: string, { code, screening }: Blocked): AuditEntry {
  const data = { commandId: target, aggregate, target, code, ...(screening === undefined ? {} : { screening }) };
  return { id: digest('blocked', verb, target), place: 'flow.blocked', body: { type: 'audit.blocked.v1', data } };
}

export interface Blocked {
  readonly code: string;
  readonly screening?: ScreeningJson;
}

/** The code of a refusal by the screening. */
const BLOCKING: ReadonlySet<string> = new Set(['injection-suspected']);

/** The refusal, when it is one by the screening. */
export function blockIn({ type, data }: EventBody): Blocked | undefined {
  if (type !== 'task.rejected.v1' && type !== 'schedule.refused.v1') return undefined;
  const { code = '', screening } = data;
  return BLOCKING.has(code) ? { code, ...(screening === undefined ? {} : { screening }) } : undefined;
}

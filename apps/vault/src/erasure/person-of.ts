import {
  type AggregateAddress,
  HEADER,
  bringsContent,
  parseIngressSubject,
  personNamedIn,
  subjectToken,
  targetOf,
} from '@octobus/contracts';
import type { StoredMessage } from '@octobus/event-log';
import { isUuid } from '@octobus/kernel';
import { sealedCommand, sealedHeader } from '@octobus/sealing';

/** Whom a waiting command is about: a person, or whoever another aggregate is about. */
export type About = { readonly person: string } | { readonly aggregate: AggregateAddress };

/** A command as it waits, or lies among the dead letters. */
export interface WaitingCommand extends Pick<StoredMessage, 'data' | 'header'> {
  /** Under which it was published: `ingress.<tenant>.<verb>`. */
  readonly subject: string;
}

/**
 * Read as reflex would read it, but believing everything: whoever says that a command is about a person may have it deleted with them. Undefined for
 * what is about nobody, or can't be read.
 */
export function aboutWhom({ subject, data, header }: WaitingCommand, doorKey: string): About | undefined {
  const named = header(HEADER.dataSubject);
  if (named !== undefined && isUuid(named)) return { person: named };
  const sealed = sealedCommand(data);
  if (sealed !== undefined) return personOfSealed(sealed);
  const place = parseIngressSubject(subject);
  const body = place === undefined ? undefined : objectIn(data);
  if (place === undefined || body === undefined) return undefined;
  const { tenant, verb } = place;
  if (verb === 'cancel') return aboutTask(tenant, body['taskId']);
  if (verb === 'erase') return typeof body['subject'] === 'string' ? { person: subjectToken(doorKey, tenant, body['subject']) } : undefined;
  if (!bringsContent(verb)) return undefined;
  const dataSubject: unknown = personNamedIn(body);
  const name = typeof dataSubject === 'string' ? dataSubject : `nats:${tenant}`;
  return { person: subjectToken(doorKey, tenant, name) };
}

/** Id of the task that a command submits; undefined for any other command. */
export function submittedBy({ subject, header }: WaitingCommand, doorKey: string): string | undefined {
  const place = parseIngressSubject(subject);
  if (place?.verb !== 'submit') return undefined;
  return targetOf(doorKey, place.tenant, 'task', header(HEADER.subject), `${header(HEADER.source) ?? ''}\n${header(HEADER.id) ?? ''}`);
}

/** What a dead letter is about besides the command that it was: `dlq.<service>.<tenant>.<aggregate>.<id>`. */
export function aboutLetter(subject: string): About | undefined {
  const [, , tenant = '', aggregate, id = '', ...rest] = subject.split('.');
  if (rest.length > 0 || !isUuid(id) || (aggregate !== 'task' && aggregate !== 'document' && aggregate !== 'schedule')) return undefined;
  return { aggregate: { tenant, aggregate, id } };
}

function personOfSealed(sealed: string): About | undefined {
  try {
    const { id, subject } = sealedHeader(sealed);
    // A letter that reflex has sealed, maybe with another's key, says whom it is about: `letter-<token without dashes>`.
    const [, ...token] = /^letter-([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/.exec(id) ?? [];
    return { person: token.length === 0 ? subject : token.join('-') };
  } catch {
    return undefined;
  }
}

const aboutTask = (tenant: string, id: unknown): About | undefined =>
  typeof id === 'string' && isUuid(id) ? { aggregate: { tenant, aggregate: 'task', id } } : undefined;

const objectOf = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;

function objectIn(data: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    return objectOf(JSON.parse(Buffer.from(data).toString('utf8')));
  } catch {
    return undefined;
  }
}

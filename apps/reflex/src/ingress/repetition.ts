import { createHash } from 'node:crypto';
import { canonicalJson } from '@octobus/contracts';
import type { RecordedEvent } from '@octobus/event-log';
import type { AboutPerson } from '../document/request-ingest.ts';
import type { Command } from './command.ts';

type Body = RecordedEvent['body'];

/** Whether two events record the same command. Sealed content is another text each time; digests among the clear facts tell whether it is the same. */
export const saysTheSame = (one: Body, other: Body): boolean => one.type === other.type && clearFacts(one.data) === clearFacts(other.data);

function clearFacts(data: unknown): string {
  const { content: _content, ...facts } = data as { readonly content?: unknown };
  return canonicalJson(facts);
}

/** A document as it was recorded before there was a vault: its person by name, and a plain digest. */
export const aboutOfBefore = ({ dataSubject, body }: Command<'ingest'>): AboutPerson => ({
  dataSubject,
  digest: createHash('sha256')
    .update(body.text ?? '')
    .digest('hex'),
});

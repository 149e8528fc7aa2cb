import { type ContentPartJson, type EventOf, clearSlot } from '@octobus/contracts';
import { type Command, refuse } from '../ingress/command.ts';

/** Text of a document is never trusted: it informs, it can't instruct. */
const TAINTS = ['untrusted'];

/** Token of the person, and the digest of the text under their key. */
export interface AboutPerson {
  readonly dataSubject: string;
  readonly digest: string;
}

export function requestIngest(command: Command<'ingest'>, { dataSubject, digest }: AboutPerson): EventOf<'document.ingest-requested.v1'> {
  const { body } = command;
  // A digest names the bytes of whoever stored them: without this a tenant could read another's document by naming its digest.
  if (body.blob !== undefined && !command.signed)
    throw refuse('command-forbidden', '/blob only the gateway names stored content; send /text, or the bytes over REST');
  const bytes = Buffer.from(body.text ?? '', 'utf8');
  const part: ContentPartJson = {
    name: body.name,
    origin: 'ORIGIN_USER',
    taints: TAINTS,
    mediaType: body.mediaType,
    ...(body.blob === undefined ? { text: body.text ?? '' } : { blob: { ...body.blob, pieces: [...body.blob.pieces] } }),
  };
  return {
    type: 'document.ingest-requested.v1',
    data: {
      owner: command.actor,
      dataSubject,
      commandId: command.id,
      digest: body.blob?.digest ?? digest,
      size: body.blob?.size ?? bytes.length,
      mediaType: body.mediaType,
      content: clearSlot([part]),
    },
  };
}

import { type ContentPartJson, type EventOf, clearSlot } from '@octobus/contracts';
import { createHash } from 'node:crypto';
import type { Command } from '../ingress/command.ts';

/** Text of a document is never trusted: it informs, it can't instruct. */
const TAINTS = ['untrusted'];

export function requestIngest(command: Command<'ingest'>): EventOf<'document.ingest-requested.v1'> {
  const { body } = command;
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
      dataSubject: body.dataSubject ?? command.actor,
      commandId: command.id,
      digest: body.blob?.digest ?? createHash('sha256').update(bytes).digest('hex'),
      size: body.blob?.size ?? bytes.length,
      mediaType: body.mediaType,
      content: clearSlot([part]),
    },
  };
}

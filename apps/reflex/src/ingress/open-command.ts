import { HEADER, parseIngressSubject } from '@octobus/contracts';
import { type Sealing, open, sealedCommand, sealedHeader } from '@octobus/sealing';
import { type IngressMessage, refuse } from './command.ts';

/**
 * The message with what the gateway, or a schedule, has sealed in it. Whether they did is seen by the signature, later. Faults: `command-malformed`;
 * `subject-erased`, `vault-unavailable`, `sealed-altered`.
 */
export async function openCommand(message: IngressMessage, sealing: Sealing): Promise<IngressMessage> {
  const sealed = sealedCommand(message.payload);
  if (sealed === undefined) return message;
  const header = sealedHeader(sealed);
  const tenant = parseIngressSubject(message.subject)?.tenant;
  if (header.tenant !== tenant || header.id !== message.header(HEADER.subject) || header.subject !== message.header(HEADER.dataSubject))
    throw refuse('command-malformed', 'the payload was sealed for another command');
  const key = await sealing.key(header);
  if (key === undefined) throw refuse('command-malformed', 'sealed commands are not opened here');
  return { ...message, header: (name) => message.header(name), plain: Buffer.from(open(key, sealed), 'utf8'), person: header.subject };
}

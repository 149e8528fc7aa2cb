import { HEADER, parseIngressSubject } from '@octobus/contracts';
import { type Sealing, open, sealedHeader } from '@octobus/sealing';
import { type IngressMessage, refuse } from './command.ts';

/** Begins like the JSON of a sealed command; one of a tenant's own can't, for there `sealed` is an unknown field. */
const BEGINNING = '{"sealed":"';

/**
 * The message with what the gateway has sealed in it. Whether the gateway did is seen by the door signature, later. Faults: `command-malformed`;
 * `subject-erased`, `vault-unavailable`, `sealed-altered`.
 */
export async function openCommand(message: IngressMessage, sealing: Sealing): Promise<IngressMessage> {
  const sealed = sealedIn(message.payload);
  if (sealed === undefined) return message;
  const header = sealedHeader(sealed);
  const tenant = parseIngressSubject(message.subject)?.tenant;
  if (header.tenant !== tenant || header.id !== message.header(HEADER.subject) || header.subject !== message.header(HEADER.dataSubject))
    throw refuse('command-malformed', 'the payload was sealed for another command');
  const key = await sealing.key(header);
  if (key === undefined) throw refuse('command-malformed', 'sealed commands are not opened here');
  return { ...message, header: (name) => message.header(name), plain: Buffer.from(open(key, sealed), 'utf8') };
}

function sealedIn(payload: Uint8Array): string | undefined {
  const text = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  if (text.subarray(0, BEGINNING.length).toString('latin1') !== BEGINNING) return undefined;
  const end = text.lastIndexOf('"}');
  return end < 0 ? undefined : text.subarray(BEGINNING.length, end).toString('latin1');
}

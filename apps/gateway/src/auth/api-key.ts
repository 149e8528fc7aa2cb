import { createHash, randomBytes } from 'node:crypto';

/** `octo_<key id>_<secret>`: the id names the key in lists, the secret proves it. */
export interface PresentedKey {
  readonly keyId: string;
  readonly secret: string;
}

export const secretDigest = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** A new key: the text is shown once, only the digest travels. */
export function mintKey(): { readonly keyId: string; readonly text: string; readonly digest: string } {
  const keyId = randomBytes(8).toString('hex');
  const secret = randomBytes(32).toString('base64url');
  return { keyId, text: `octo_${keyId}_${secret}`, digest: secretDigest(secret) };
}

export function parseKey(text: string): PresentedKey | undefined {
  const match = /^octo_([a-z0-9]{1,40})_([A-Za-z0-9_-]{20,100})$/.exec(text);
  return match === null ? undefined : { keyId: match[1] ?? '', secret: match[2] ?? '' };
}

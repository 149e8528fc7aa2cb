const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const value = new Uint8Array(128).fill(255);
for (let i = 0; i < alphabet.length; i += 1) value[alphabet.charCodeAt(i)] = i;
value['-'.charCodeAt(0)] = 62;
value['_'.charCodeAt(0)] = 63;

/** Bytes of standard or URL-safe base64; undefined when a character is none of the alphabet's or the length is impossible. */
export function base64Bytes(encoded: string): Uint8Array | undefined {
  const text = encoded.replace(/={1,2}$/, '');
  if (text.length % 4 === 1) return undefined;
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let buffer = 0;
  let bits = 0;
  let at = 0;
  for (let i = 0; i < text.length; i += 1) {
    const digit = value[text.charCodeAt(i)] ?? 255;
    if (digit === 255) return undefined;
    buffer = ((buffer << 6) | digit) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = (buffer >> bits) & 0xff;
    }
  }
  return bytes;
}

const utf8 = new TextDecoder('utf-8');

export const textOfBytes = (bytes: Uint8Array): string => utf8.decode(bytes);

import { type Finding, isAlphanumericAt, type Scene } from './finding.ts';
import { sha256 } from './sha256.ts';

const base58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const legacy = /[13LDX][1-9A-HJ-NP-Za-km-z]{25,34}/g;
const segwit = /(?:bc|tb|ltc)1[02-9ac-hj-np-z]{6,87}/g;
const ethereum = /0x[0-9a-fA-F]{40}/g;

/** Big-endian bytes of a base58 number; 25 of them are an address. */
function base58Bytes(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(25);
  for (let i = 0; i < text.length; i += 1) {
    let carry = base58.indexOf(text.charAt(i));
    for (let at = 24; at >= 0; at -= 1) {
      carry += 58 * (bytes[at] ?? 0);
      bytes[at] = carry & 0xff;
      carry >>= 8;
    }
    if (carry !== 0) return undefined;
  }
  return bytes;
}

function isBase58Check(text: string): boolean {
  const bytes = base58Bytes(text);
  if (bytes === undefined) return false;
  const check = sha256(sha256(bytes.subarray(0, 21)));
  return [0, 1, 2, 3].every((i) => bytes[21 + i] === check[i]);
}

const bech32Letters = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const generators = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

/** BIP 173 (constant 1) and BIP 350 (0x2bc830a3) checksums. */
function isBech32(text: string): boolean {
  const split = text.lastIndexOf('1');
  const prefix = Array.from(text.slice(0, split), (letter) => letter.charCodeAt(0));
  const data = Array.from(text.slice(split + 1), (letter) => bech32Letters.indexOf(letter));
  let check = 1;
  for (const value of [...prefix.map((code) => code >> 5), 0, ...prefix.map((code) => code & 31), ...data]) {
    const top = check >>> 25;
    check = ((check & 0x1ffffff) << 5) ^ value;
    generators.forEach((generator, i) => {
      if ((top >> i) & 1) check ^= generator;
    });
  }
  return check === 1 || check === 0x2bc830a3;
}

function whole(scene: Scene, pattern: RegExp, valid: (value: string) => boolean, score: number): Finding[] {
  const findings: Finding[] = [];
  for (const { index, 0: value } of scene.text.matchAll(pattern)) {
    const end = index + value.length;
    if (isAlphanumericAt(scene.text, index - 1) || isAlphanumericAt(scene.text, end) || !valid(value)) continue;
    findings.push({ kind: 'crypto', start: index, end, score });
  }
  return findings;
}

/** Bitcoin-like (base58check, bech32, bech32m; checksums verified) and Ethereum (form only) addresses. */
export function findCryptoAddresses(scene: Scene): Finding[] {
  return [
    ...whole(scene, legacy, isBase58Check, 0.99),
    ...whole(scene, segwit, isBech32, 0.99),
    ...whole(scene, ethereum, () => true, 0.9),
  ];
}

import { base64Bytes, textOfBytes } from './base64.ts';
import { type Cipher, deciphered, fromMorse } from './ciphers.ts';
import { hiddenInSelectors, hiddenInTags } from './visible.ts';

/** A text found encoded inside another. */
export interface DecodedLayer {
  readonly encoding:
    | 'base64'
    | 'base32'
    | 'hex'
    | 'binary'
    | 'numbers'
    | 'morse'
    | 'tags'
    | 'selectors'
    | Exclude<Cipher, 'words reversed'>
    | 'words-reversed';
  readonly text: string;
}

export interface DecodeLimits {
  /** Longest encoded run that is looked into; longer ones are cut there. UTF-16 units. */
  readonly maxRun: number;
  /** Runs of one encoding in one text. */
  readonly maxRuns: number;
  /** An encoding inside an encoding is followed this deep. */
  readonly maxDepth: number;
}

/** A text with what is encoded in it. */
export interface Unfolded {
  /** The text without the runs that a layer spells out, escapes written out: what is left to be read as it stands. */
  readonly outer: string;
  /** Escapes that were written out. */
  readonly escapes: readonly ('percent' | 'escapes')[];
  readonly layers: readonly DecodedLayer[];
}

type Encoding = DecodedLayer['encoding'];

/** What a text has of the signs that encodings are made of: one cheap look that spares most texts the search. */
interface Traits {
  /** Longest run of letters, digits and + / _ - . */
  readonly word: number;
  /** Longest stretch of nothing but hexadecimal digits, x, spaces, colons and commas. */
  readonly hex: number;
  readonly digits: number;
  readonly dots: number;
}

/** Class of an ASCII character: 1 = part of a base64 run, 2 = of a hexadecimal stretch, 4 = digit, 8 = . or - */
const classes = new Uint8Array(128);
for (const [bit, units] of [
  [1, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-'],
  [2, '0123456789abcdefABCDEFx :,'],
  [4, '0123456789'],
  [8, '.-'],
] as const)
  for (const unit of units) classes[unit.charCodeAt(0)] = (classes[unit.charCodeAt(0)] ?? 0) | bit;

function traitsOf(text: string): Traits {
  let [word, hex, digits, dots, wordRun, hexRun] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    const kind = code < 128 ? (classes[code] ?? 0) : 0;
    wordRun = (kind & 1) === 0 ? 0 : wordRun + 1;
    hexRun = (kind & 2) === 0 ? 0 : hexRun + 1;
    if (wordRun > word) word = wordRun;
    if (hexRun > hex) hex = hexRun;
    digits += (kind >> 2) & 1;
    dots += kind >> 3;
  }
  return { word, hex, digits, dots };
}

/** An encoding that stands in a text as a run of its own. */
interface RunCode {
  readonly encoding: Encoding;
  readonly pattern: RegExp;
  /** Whether a text with these traits can hold a run. */
  possible(traits: Traits): boolean;
  /** '' when the run is none of this encoding after all. */
  decode(run: string): string;
}

/** Characters that show nothing and would cut a run. */
const unseen = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g;
const percentEscape = /(?:%[0-9a-fA-F]{2}){1,512}/g;
const escape =
  /\\u\{?([0-9a-fA-F]{4,6})\}?|\\x([0-9a-fA-F]{2})|\\([01][0-7]{2})|&#[xX]([0-9a-fA-F]{2,6});|&#([0-9]{2,7});|&(lt|gt|amp|quot|apos|nbsp);/g;
const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'", nbsp: ' ' };

function printableShare(text: string): number {
  let printable = 0;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if ((code >= 0x20 && code !== 0x7f && code !== 0xfffd && !(code >= 0x80 && code < 0xa0)) || code === 9 || code === 10 || code === 13)
      printable += 1;
  }
  return text.length === 0 ? 0 : printable / text.length;
}

const isReadable = (text: string): boolean => text.length >= 4 && printableShare(text) >= 0.9;

function bytesOfDigits(run: string, radix: 2 | 16, width: 2 | 8): Uint8Array {
  const digits = radix === 2 ? run.replace(/[^01]/g, '') : run.replace(/0x/g, '').replace(/[^0-9a-fA-F]/g, '');
  const bytes = new Uint8Array(Math.floor(digits.length / width));
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = Number.parseInt(digits.slice(i * width, (i + 1) * width), radix);
  return bytes;
}

/** A word of plain text looks like base64 too: digits, both cases, or great length tell them apart before anything is decoded. */
const mayBeBase64 = (run: string): boolean => /[a-z]/.test(run) && /[A-Z]/.test(run) && (/[0-9+/=]/.test(run) || run.length >= 24);

function fromBase64(run: string): string {
  if (!mayBeBase64(run)) return '';
  const whole = run.replace(/=+$/, '');
  const bytes = base64Bytes(whole.length % 4 === 1 ? whole.slice(0, -1) : whole);
  return bytes === undefined ? '' : textOfBytes(bytes);
}

const base32Digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function fromBase32(run: string): string {
  const bytes: number[] = [];
  let buffer = 0;
  let bits = 0;
  for (const digit of run.replace(/=+$/, '')) {
    buffer = ((buffer << 5) | base32Digits.indexOf(digit)) & 0xfff;
    bits += 5;
    if (bits >= 8) bytes.push((buffer >> (bits -= 8)) & 0xff);
  }
  return textOfBytes(Uint8Array.from(bytes));
}

const fromNumbers = (run: string): string => String.fromCharCode(...(run.match(/[0-9]+/g) ?? []).map(Number));

const runCodes: readonly RunCode[] = [
  { encoding: 'base64', possible: ({ word }) => word >= 16, pattern: /[A-Za-z0-9+/_-]{16,8192}={0,2}/g, decode: fromBase64 },
  { encoding: 'base32', possible: ({ word }) => word >= 16, pattern: /[A-Z2-7]{16,8192}={0,6}/g, decode: fromBase32 },
  {
    encoding: 'hex',
    possible: ({ hex }) => hex >= 20,
    pattern: /(?:(?:0x)?[0-9a-fA-F]{2}[ :,]{0,2}){10,4096}/g,
    decode: (run) => textOfBytes(bytesOfDigits(run, 16, 2)),
  },
  {
    encoding: 'binary',
    possible: ({ digits, hex }) => digits >= 32 && hex >= 32,
    pattern: /(?:[01]{8} ?){4,2048}/g,
    decode: (run) => textOfBytes(bytesOfDigits(run, 2, 8)),
  },
  {
    encoding: 'numbers',
    possible: ({ digits, hex }) => digits >= 18 && hex >= 18,
    pattern: /(?:(?:3[2-9]|[4-9][0-9]|1[01][0-9]|12[0-6])[ ,]{1,2}){8,2048}[0-9]{2,3}/g,
    decode: fromNumbers,
  },
  {
    encoding: 'morse',
    possible: ({ dots }) => dots >= 10,
    pattern: /(?:[.-]{1,5}(?: {1,3}| ?[/|] ?)){6,2048}[.-]{0,5}/g,
    decode: fromMorse,
  },
];

const decodePercent = (text: string): string => text.replace(percentEscape, (run) => textOfBytes(bytesOfDigits(run, 16, 2)));

function decodeEscapes(text: string): string {
  return text.replace(escape, (whole, unicode?: string, byte?: string, octal?: string, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return named[name] ?? whole;
    const digits = unicode ?? byte ?? hex;
    const code = digits !== undefined ? Number.parseInt(digits, 16) : octal !== undefined ? Number.parseInt(octal, 8) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/** Escapes written out where they stand, escapes of escapes too. */
function withoutEscapes(text: string, depth: number): { text: string; escapes: Unfolded['escapes'] } {
  const escapes = new Set<Unfolded['escapes'][number]>();
  let plain = text;
  for (let i = 0; i < depth; i += 1) {
    const percent = plain.includes('%') ? decodePercent(plain) : plain;
    if (percent !== plain) escapes.add('percent');
    const next = percent.includes('\\') || percent.includes('&') ? decodeEscapes(percent) : percent;
    if (next !== percent) escapes.add('escapes');
    if (next === plain) break;
    plain = next;
  }
  return { text: plain, escapes: [...escapes] };
}

/** Runs that decode to something readable, and the text without them. */
function takeRuns(text: string, { encoding, pattern, decode }: RunCode, limits: DecodeLimits, layers: DecodedLayer[]): string {
  let left = limits.maxRuns;
  return text.replace(pattern, (run: string) => {
    if (left <= 0) return run;
    left -= 1;
    const decoded = decode(run.slice(0, limits.maxRun));
    if (!isReadable(decoded)) return run;
    layers.push({ encoding, text: decoded });
    return ' ';
  });
}

function unfoldOnce(text: string, limits: DecodeLimits): Unfolded {
  const layers: DecodedLayer[] = [];
  const [tags, selectors] = [hiddenInTags(text), hiddenInSelectors(text)];
  if (tags !== '') layers.push({ encoding: 'tags', text: tags });
  if (isReadable(selectors)) layers.push({ encoding: 'selectors', text: selectors });
  const { text: plain, escapes } = withoutEscapes(text.replace(unseen, ''), limits.maxDepth);
  let outer = plain;
  const traits = traitsOf(plain);
  for (const code of runCodes) if (code.possible(traits)) outer = takeRuns(outer, code, limits, layers);
  for (const { cipher, text: said } of deciphered(outer))
    layers.push({ encoding: cipher === 'words reversed' ? 'words-reversed' : cipher, text: said });
  return { outer, escapes, layers };
}

/** Takes a text apart into what stands in the open and everything readable that is encoded in it, encodings inside encodings included, within `limits`. */
export function unfold(text: string, limits: DecodeLimits): Unfolded {
  const { outer, escapes, layers: first } = unfoldOnce(text, limits);
  const layers: DecodedLayer[] = [];
  let frontier = first;
  for (let depth = 1; frontier.length > 0; depth += 1) {
    const opened =
      depth < limits.maxDepth ? frontier.slice(0, limits.maxRuns).map((layer) => ({ layer, inner: unfoldOnce(layer.text, limits) })) : [];
    layers.push(...opened.map(({ layer, inner }) => ({ ...layer, text: inner.outer })), ...frontier.slice(opened.length));
    frontier = opened.flatMap(({ inner }) => inner.layers);
  }
  return { outer, escapes, layers };
}

/** Texts that a text holds: with its escapes written out, and each of what is encoded in it. */
export function textsWithin(text: string, limits: DecodeLimits): readonly string[] {
  const { outer, layers } = unfold(text, limits);
  return [outer, ...layers.map((layer) => layer.text)];
}

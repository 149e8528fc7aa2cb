import { base64Bytes, textOfBytes } from './base64.ts';
import { hiddenInTags } from './visible.ts';

/** A text found encoded inside another. */
export interface DecodedLayer {
  readonly encoding: 'base64' | 'hex' | 'binary' | 'percent' | 'escapes' | 'rot13' | 'tags' | 'reversed';
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

const base64Run = /[A-Za-z0-9+/_-]{16,8192}={0,2}/g;
const hexRun = /(?:[0-9a-fA-F]{2}[ :,]?){10,4096}/g;
const escapedHexRun = /(?:\\x[0-9a-fA-F]{2}|0x[0-9a-fA-F]{2}[ ,]{0,2}){6,4096}/g;
const binaryRun = /(?:[01]{8} ?){4,2048}/g;
const percentEscape = /(?:%[0-9a-fA-F]{2}){1,512}/g;
const unicodeEscape = /\\u\{?([0-9a-fA-F]{4,6})\}?|&#x([0-9a-fA-F]{2,6});|&#([0-9]{2,7});/g;

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
  const digits = radix === 2 ? run.replace(/[^01]/g, '') : run.replace(/\\x|0x/g, '').replace(/[^0-9a-fA-F]/g, '');
  const bytes = new Uint8Array(Math.floor(digits.length / width));
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = Number.parseInt(digits.slice(i * width, (i + 1) * width), radix);
  return bytes;
}

function runsOf(text: string, pattern: RegExp, limits: DecodeLimits): string[] {
  const runs: string[] = [];
  for (const match of text.matchAll(pattern)) {
    runs.push(match[0].slice(0, limits.maxRun));
    if (runs.length >= limits.maxRuns) break;
  }
  return runs;
}

/** A word of plain text looks like base64 too: digits, both cases, or great length tell them apart before anything is decoded. */
const mayBeBase64 = (run: string): boolean => /[a-z]/.test(run) && /[A-Z]/.test(run) && (/[0-9+/=]/.test(run) || run.length >= 24);

const fromBase64 = (run: string): string => {
  const whole = run.replace(/=+$/, '');
  const bytes = base64Bytes(whole.length % 4 === 1 ? whole.slice(0, -1) : whole);
  return bytes === undefined ? '' : textOfBytes(bytes);
};

function readable(encoding: DecodedLayer['encoding'], texts: readonly string[]): DecodedLayer[] {
  return texts.filter(isReadable).map((text) => ({ encoding, text }));
}

const decodePercent = (text: string): string => text.replace(percentEscape, (run) => textOfBytes(bytesOfDigits(run, 16, 2)));

function decodeEscapes(text: string): string {
  return text.replace(unicodeEscape, (whole, unicode?: string, hex?: string, decimal?: string) => {
    const code = decimal === undefined ? Number.parseInt(unicode ?? hex ?? '', 16) : Number.parseInt(decimal, 10);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

const rot13 = (text: string): string =>
  text.replace(/[a-z]/gi, (letter) => {
    const code = letter.charCodeAt(0);
    const first = code >= 97 ? 97 : 65;
    return String.fromCharCode(((code - first + 13) % 26) + first);
  });

const rot13Sign = /\b(?:gur|naq|nyy|lbh|lbhe|nobir|cebzcg|flfgrz|vtaber|sbetrg|qvfertneq|cerivbhf|vafgehpgvbaf?|ehyrf|zr|npg|gung)\b/gi;
const reversedSign = /\b(?:eht|dna|lla|uoy|ruoy|evoba|tpmorp|metsys|erongi|tegrof|dragersid|suoiverp|snoitcurtsni|selur)\b/gi;

const hasSigns = (text: string, sign: RegExp): boolean => {
  let count = 0;
  for (const _ of text.matchAll(sign)) {
    count += 1;
    if (count >= 3) return true;
  }
  return false;
};

function wholeTextLayers(text: string, limits: DecodeLimits): DecodedLayer[] {
  const layers: DecodedLayer[] = [];
  const head = text.slice(0, limits.maxRun * 8);
  if (/%[0-9a-fA-F]{2}/.test(head)) layers.push({ encoding: 'percent', text: decodePercent(head) });
  if (head.includes('\\u') || head.includes('&#')) layers.push({ encoding: 'escapes', text: decodeEscapes(head) });
  if (hasSigns(head, rot13Sign)) layers.push({ encoding: 'rot13', text: rot13(head) });
  if (hasSigns(head, reversedSign)) layers.push({ encoding: 'reversed', text: Array.from(head).reverse().join('') });
  const tags = hiddenInTags(head);
  if (tags !== '') layers.push({ encoding: 'tags', text: tags });
  return layers.filter((layer) => layer.text !== head);
}

function directLayers(text: string, limits: DecodeLimits): DecodedLayer[] {
  const hex = (pattern: RegExp): string[] => runsOf(text, pattern, limits).map((run) => textOfBytes(bytesOfDigits(run, 16, 2)));
  return [
    ...readable('base64', runsOf(text, base64Run, limits).filter(mayBeBase64).map(fromBase64)),
    ...readable('hex', [...hex(hexRun), ...hex(escapedHexRun)]),
    ...readable(
      'binary',
      runsOf(text, binaryRun, limits).map((run) => textOfBytes(bytesOfDigits(run, 2, 8))),
    ),
    ...wholeTextLayers(text, limits),
  ];
}

/** Every readable text hidden in `text` by a common encoding, encodings inside encodings included, within `limits`. */
export function decodedLayers(text: string, limits: DecodeLimits): DecodedLayer[] {
  let frontier = directLayers(text, limits);
  const all = [...frontier];
  for (let depth = 1; depth < limits.maxDepth; depth += 1) {
    frontier = frontier.flatMap((layer) => directLayers(layer.text, limits)).slice(0, limits.maxRuns);
    all.push(...frontier);
  }
  return all;
}

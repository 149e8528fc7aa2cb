import { textOfBytes } from './base64.ts';
import { type MappedText, MappedTextBuilder, type TextBuilder, unchanged, UntracedTextBuilder } from './mapped-text.ts';

const beyondAscii = /[^\p{ASCII}]/u;
const combining = /^\p{M}$/u;
/** Marks beyond this many on one base character are dropped: no language stacks so many, "zalgo" text does. */
const maxMarks = 8;

/** Zero-width, bidi control, soft hyphen, variation selector, tag and filler characters: they show nothing and split words. */
function isInvisible(codePoint: number): boolean {
  return (
    codePoint === 0xad ||
    codePoint === 0x34f ||
    codePoint === 0x61c ||
    codePoint === 0x115f ||
    codePoint === 0x1160 ||
    codePoint === 0x180e ||
    codePoint === 0x3164 ||
    codePoint === 0xfeff ||
    codePoint === 0xffa0 ||
    (codePoint >= 0x200b && codePoint <= 0x200f) ||
    (codePoint >= 0x202a && codePoint <= 0x202e) ||
    (codePoint >= 0x2060 && codePoint <= 0x206f) ||
    (codePoint >= 0xfe00 && codePoint <= 0xfe0f) ||
    (codePoint >= 0xe0000 && codePoint <= 0xe0fff)
  );
}

const isMark = (text: string, at: number): boolean => {
  const code = text.charCodeAt(at);
  if (code < 0x300) return false;
  return code <= 0x36f || (code >= 0x1160 && code <= 0x11ff) || combining.test(text.charAt(at));
};

/** Blocks that NFKC leaves alone when no combining mark follows; asking the engine for each such character would cost most of the time. */
const isStable = (code: number): boolean =>
  (code >= 0x400 && code <= 0x52f) ||
  (code >= 0x610 && code <= 0x64a) ||
  (code >= 0x3041 && code <= 0x3096) ||
  (code >= 0x30a1 && code <= 0x30fa) ||
  (code >= 0x4e00 && code <= 0x9fff) ||
  (code >= 0xac00 && code <= 0xd7a3);

/** End of the character at `at` with the marks that belong to it. */
function clusterEnd(text: string, at: number, width: number): number {
  let end = at + width;
  while (end < text.length && isMark(text, end)) end += 1;
  return end;
}

/** End of the ASCII from `at` on that no mark can follow: the last character before something else is left to be looked at with it. */
function plainEnd(text: string, at: number): number {
  let end = at;
  while (end < text.length && text.charCodeAt(end) < 0x80) end += 1;
  return end < text.length ? end - 1 : end;
}

/**
 * The text as a reader sees it: NFKC (full width, ligatures, styled letters), flag letters as letters, without invisible characters. Case and script stay.
 * Lone surrogates pass through. Linear in the length of the text.
 */
export function visible(text: string): MappedText {
  return rewritten(text, new MappedTextBuilder(unchanged(text)));
}

/** The same without a way back to the original. */
export const visibleText = (text: string): MappedText => rewritten(text, new UntracedTextBuilder());

function rewritten(text: string, builder: TextBuilder): MappedText {
  if (!beyondAscii.test(text)) return unchanged(text);
  for (let at = 0; at < text.length;) {
    const plain = plainEnd(text, at);
    if (plain > at) {
      builder.copy(text.slice(at, plain), at);
      at = plain;
      continue;
    }
    const code = text.codePointAt(at) ?? 0;
    const width = code > 0xffff ? 2 : 1;
    if (isInvisible(code)) {
      at += width;
      continue;
    }
    if (code >= 0x1f1e6 && code <= 0x1f1ff) {
      builder.append(String.fromCharCode(code - 0x1f1e6 + 0x41), at);
      at += width;
      continue;
    }
    const end = clusterEnd(text, at, width);
    const stable = end === at + width && (code < 0x80 || isStable(code));
    builder.append(stable ? text.slice(at, end) : text.slice(at, Math.min(end, at + width + maxMarks)).normalize('NFKC'), at);
    at = end;
  }
  return builder.build();
}

const tagCharacter = /[\u{e0020}-\u{e007e}]/gu;

/** What is spelled in invisible tag characters (U+E0020 to U+E007E mirror ASCII): '' when there is nothing. */
export function hiddenInTags(text: string): string {
  if (!text.includes('\udb40')) return '';
  return Array.from(text.matchAll(tagCharacter), ([tag]) => String.fromCharCode((tag.codePointAt(0) ?? 0) - 0xe0000)).join('');
}

const selector = /[\u{fe00}-\u{fe0f}\u{e0100}-\u{e01ef}]/gu;

/** Bytes that hide as variation selectors, four or more (U+FE00.. are 0-15, U+E0100.. are 16-255), read as UTF-8: '' when there are none. */
export function hiddenInSelectors(text: string): string {
  if (!text.includes('\udb40')) return '';
  const bytes = Array.from(text.matchAll(selector), ([one]) => {
    const code = one.codePointAt(0) ?? 0;
    return code >= 0xe0100 ? code - 0xe0100 + 16 : code - 0xfe00;
  });
  return bytes.length < 4 ? '' : textOfBytes(Uint8Array.from(bytes));
}

const STRIDE = 1024;

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** Bytes that a UTF-8 encoder writes for the code unit at `index`; a pair's four bytes are counted at its second half, a lone half is U+FFFD (3). */
function widthAt(text: string, index: number): number {
  const unit = text.charCodeAt(index);
  if (unit < 0x80) return 1;
  if (unit < 0x800) return 2;
  if (isHigh(unit) && isLow(text.charCodeAt(index + 1))) return 0;
  if (isLow(unit) && isHigh(text.charCodeAt(index - 1))) return 4;
  return 3;
}

/**
 * Maps a UTF-16 offset of `text` to the byte offset of the same place in its UTF-8 form. Offsets outside the text are clamped; the middle of a
 * surrogate pair maps to the pair's first byte. Each part of the text is measured once, when it is first asked for; a look-up after that
 * costs at most 1,024 steps.
 */
export function utf8Offsets(text: string): (offset: number) => number {
  const marks: number[] = [0];
  let lastOffset = 0;
  let lastByte = 0;
  const advance = (from: number, byte: number, to: number): number => {
    let position = byte;
    for (let index = from; index < to; index++) position += widthAt(text, index);
    return position;
  };
  const mark = (slot: number): number => {
    while (marks.length <= slot) {
      const known = marks.length - 1;
      marks.push(advance(known * STRIDE, marks[known] ?? 0, (known + 1) * STRIDE));
    }
    return marks[slot] ?? 0;
  };
  return (offset) => {
    const target = Math.min(Math.max(0, offset), text.length);
    if (target < lastOffset || target - lastOffset > STRIDE) {
      const slot = Math.floor(target / STRIDE);
      lastByte = mark(slot);
      lastOffset = slot * STRIDE;
    }
    lastByte = advance(lastOffset, lastByte, target);
    lastOffset = target;
    return lastByte;
  };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit === 10 || (unit === 13 && text.charCodeAt(index + 1) !== 10)) starts.push(index + 1);
  }
  return starts;
}

/** Maps a UTF-16 offset of `text` to its line, counted from 1; lines end with LF, CR LF or CR. */
export function lineOf(text: string): (offset: number) => number {
  const starts = lineStarts(text);
  return (offset) => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}

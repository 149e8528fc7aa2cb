/** What a UTF-16 unit is to a word: 0 = no part of one, 1 = a letter or digit of a script that puts spaces between words, 2 = of one that doesn't. */
export type LetterClass = 0 | 1 | 2;

const between = (code: number, low: number, high: number): boolean => code >= low && code <= high;

const isPunctuationOfAScript = (code: number): boolean =>
  code === 0x60c || code === 0x61b || code === 0x61f || code === 0x6d4 || code === 0x964 || code === 0x965 || code === 0x37e;

const isUnspacedBelow2000 = (code: number): boolean =>
  between(code, 0xe00, 0xeff) || between(code, 0x1000, 0x109f) || between(code, 0x1100, 0x11ff) || between(code, 0x1780, 0x17ff);

function classAbove2000(code: number): LetterClass {
  if (code < 0x2c00 || between(code, 0x2e00, 0x3004) || between(code, 0x3008, 0x3020) || code === 0x30fb) return 0;
  if (code < 0x2e00 || between(code, 0xa000, 0xabff)) return 1;
  if (code < 0xd7a4 || between(code, 0xf900, 0xfaff)) return 2;
  return between(code, 0xfb00, 0xfdff) || between(code, 0xfe70, 0xfefe) ? 1 : 0;
}

export function letterClass(code: number): LetterClass {
  if (code < 0x80) return between(code, 0x61, 0x7a) || between(code, 0x30, 0x39) || between(code, 0x41, 0x5a) ? 1 : 0;
  if (code < 0xc0) return 0;
  if (code >= 0x2000) return classAbove2000(code);
  if (isPunctuationOfAScript(code)) return 0;
  return isUnspacedBelow2000(code) ? 2 : 1;
}

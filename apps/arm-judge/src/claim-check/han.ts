import { hanWordAt } from './lexicon.ts';
import { isHanNumeral } from './numerals.ts';
import { unitNames, unitOf } from './units.ts';

/** A word cut out of Chinese writing; `numeral`: written in number signs. */
export interface HanPiece {
  readonly text: string;
  readonly at: number;
  readonly kind: 'numeral' | 'word';
}

const markers = [
  '星期一 星期二 星期三 星期四 星期五 星期六 星期日 星期天 周一 周二 周三 周四 周五 周六 周日 周天 礼拜天',
  '不能 不得 不会 不可 不必 不用 不再 没有 无需 并非 从不 从未 尚未 不是 不包括',
  '至少 最多 至多 不超过 超过 以上 以下 以内 之前 以前 之后 以后 大约 左右 所有 全部 任何 每个 每天 仅 只有 只能 只 如果 除非 因为 所以 但是 但 由于 小时 分钟 个月 百分之 上午 下午 晚上 早上 凌晨 中午 傍晚',
]
  .join(' ')
  .split(' ');
const marked = new Set(markers);
const heads = new Set([...markers, ...unitNames].map((word) => word[0]));

function knownAt(text: string, at: number): number {
  if (!heads.has(text[at])) return 0;
  for (let length = Math.min(4, text.length - at); length > 1; length -= 1) {
    const piece = text.slice(at, at + length);
    if (marked.has(piece) || unitOf(piece) !== undefined) return length;
  }
  return marked.has(text[at] ?? '') ? 1 : 0;
}

/** In 每周三 the week belongs to the day. */
const isEvery = (text: string, at: number): boolean => text[at] === '每' && /^每(?:周|星期)[一二三四五六日天]/.test(text.slice(at, at + 4));

function numeralAt(text: string, at: number): number {
  let end = at;
  while (end < text.length && isHanNumeral(text[end] ?? '')) end += 1;
  return end - at;
}

/** Cuts a run of Chinese signs by the longest known word; signs of no known word stand alone. */
export function hanPieces(run: string): HanPiece[] {
  const out: HanPiece[] = [];
  for (let at = 0; at < run.length;) {
    const known = isEvery(run, at) ? 1 : Math.max(knownAt(run, at), hanWordAt(run, at));
    const numeral = known > 1 ? 0 : numeralAt(run, at);
    const length = numeral > 0 ? numeral : Math.max(known, (run.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);
    out.push({ text: run.slice(at, at + length), at, kind: numeral > 0 ? 'numeral' : 'word' });
    at += length;
  }
  return out;
}

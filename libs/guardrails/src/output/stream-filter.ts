import {
  type GuardFinding,
  type PromptsSeen,
  placedFindings,
  redacted,
  verdictOfFindings,
  wholeFindings,
  type GuardVerdict,
} from './guard-text.ts';
import type { ReadyGuard } from './output-policy.ts';

export interface StreamFilterOptions {
  /** Longest match that is surely seen whole before its first unit leaves. UTF-16 units. */
  readonly hold?: number;
  /** A decision is made each time so much more has come. */
  readonly stride?: number;
  /** The most that is ever held back: what can't be decided by then ends the stream. */
  readonly most?: number;
}

const USUAL = { hold: 512, stride: 256, most: 4096 } as const;
/** What has left already and still tells what comes after it: words before a number, the name before a value. */
const LEFT = 192;

/** Units that tokens, keys and addresses are made of: a run of them is never cut. */
const inRun = /[A-Za-z0-9+/=_.~%@:?&#-]/;

/**
 * Filters a text that comes in pieces. What was pushed leaves `hold` to `hold + stride` units later; a run or match that goes on is held until it
 * ends, `most` units at the longest, and one that is longer ends the stream: nothing of it leaves. However a text is cut into pieces, the same leaves:
 * decisions depend on what has come, never on how. Linear in the length of the text.
 */
export class StreamFilter {
  private readonly guard: ReadyGuard;
  private readonly hold: number;
  private readonly stride: number;
  private readonly most: number;
  private readonly seen: PromptsSeen = new Map();
  private left = '';
  private held = '';
  private next: number;
  private stopped = false;
  /** What was found, each check and kind once, places left out: they would be those of a window. */
  private readonly found = new Map<string, GuardFinding>();

  constructor(guard: ReadyGuard, { hold = USUAL.hold, stride = USUAL.stride, most = USUAL.most }: StreamFilterOptions = {}) {
    this.guard = guard;
    this.hold = hold;
    this.stride = stride;
    this.most = Math.max(most, hold + stride);
    this.next = hold + stride;
  }

  /** Takes a piece; gives what may leave now. Nothing more once the stream is blocked. */
  push(piece: string): string {
    if (this.stopped) return '';
    this.held += piece;
    let out = '';
    while (!this.stopped && this.held.length >= this.next) out += this.step();
    return out;
  }

  /** The end: gives the rest. */
  flush(): string {
    if (this.stopped) return '';
    const out = this.let(this.held.length, this.findingsIn(this.left + this.held));
    this.stopped = true;
    return out;
  }

  get verdict(): GuardVerdict {
    return verdictOfFindings(this.findings);
  }

  get findings(): readonly GuardFinding[] {
    return [...this.found.values()];
  }

  /** Units that are held back now. */
  get waiting(): number {
    return this.held.length;
  }

  private step(): string {
    const findings = this.findingsIn(this.left + this.held.slice(0, this.next));
    if (this.stopped) return '';
    const end = this.safeEnd(this.next - this.hold, findings);
    if (end > 0) {
      this.next = this.hold + this.stride;
      return this.let(end, findings);
    }
    this.next += this.stride;
    if (this.next > this.most) this.block([{ check: 'secret', kind: 'longer-than-the-bound', action: 'block' }]);
    return '';
  }

  private findingsIn(window: string): readonly GuardFinding[] {
    const findings = [...placedFindings(window, this.guard), ...wholeFindings(window, this.guard, this.seen)];
    if (verdictOfFindings(findings) === 'block') this.block(findings);
    return findings;
  }

  private block(findings: readonly GuardFinding[]): void {
    this.tell(findings);
    this.stopped = true;
    this.held = '';
  }

  /** How much of what is held may leave: at most so much, no match and no run cut, no character halved. */
  private safeEnd(wanted: number, findings: readonly GuardFinding[]): number {
    let end = wanted;
    for (let before = -1; before !== end && end > 0;) {
      before = end;
      while (end > 0 && inRun.test(this.held.charAt(end - 1)) && inRun.test(this.held.charAt(end))) end -= 1;
      const code = this.held.charCodeAt(end);
      if (code >= 0xdc00 && code <= 0xdfff) end -= 1;
      for (const { start = 0, end: stop = 0 } of findings) {
        if (start - this.left.length < end && stop - this.left.length > end) end = start - this.left.length;
      }
    }
    return end;
  }

  /** Lets the first `end` units of what is held go, without what was found in them. */
  private let(end: number, findings: readonly GuardFinding[]): string {
    if (this.stopped) return '';
    const from = this.left.length;
    const here = findings.flatMap((finding) => {
      const { start = 0, end: stop = 0 } = finding;
      return stop <= from || start - from >= end ? [] : [{ ...finding, start: Math.max(0, start - from), end: stop - from }];
    });
    this.tell(here);
    const out = redacted(this.held.slice(0, end), here);
    this.left = (this.left + this.held.slice(0, end)).slice(-LEFT);
    this.held = this.held.slice(end);
    return out;
  }

  private tell(findings: readonly GuardFinding[]): void {
    for (const { check, kind, action } of findings) this.found.set(`${check} ${kind}`, { check, kind, action });
  }
}

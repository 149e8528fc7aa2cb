import {
  type GuardFinding,
  type GuardVerdict,
  cleanOf,
  redacted,
  placedFindings,
  removed,
  verdictOfFindings,
  wholeFindings,
} from './guard-text.ts';
import type { ReadyGuard } from './output-policy.ts';

/** A kind that was found, wherever and however often: what may be told to anybody. */
export type FoundKind = Pick<GuardFinding, 'check' | 'kind' | 'action'>;

/** Nothing that has a place is shorter. */
const SHORTEST = 12;
const MOST_LEVELS = 64;
const saysSecret = /pass|pwd|secret|token|key|credential/i;

/**
 * Checks an output that consists of many texts: each by itself, and all together for what is spread over them. Ask for the verdict when all have been
 * handed in: with `block` none of them may leave.
 */
export class OutputCleaner {
  private readonly guard: ReadyGuard;
  private readonly texts: string[] = [];
  /** Names of fields, apart: they stand between the values and are no part of what these say together. */
  private readonly names: string[] = [];
  private readonly found = new Map<string, FoundKind>();

  constructor(guard: ReadyGuard) {
    this.guard = guard;
  }

  /** What may leave of one text. */
  text(text: string): string {
    this.texts.push(text);
    return this.clean(text);
  }

  private clean(text: string): string {
    if (text.length < SHORTEST) return text;
    const findings = placedFindings(text, this.guard);
    if (findings.length === 0) return text;
    this.tell(findings);
    return cleanOf(text, findings, this.guard);
  }

  /** The same of every text in a JSON value, names of fields too. What is nested deeper than anybody needs goes as a whole. */
  value(value: unknown, level = 0): unknown {
    if (typeof value === 'string') return this.text(value);
    if (typeof value === 'number') return this.number(value);
    if (value === null || typeof value !== 'object') return value;
    if (level >= MOST_LEVELS) return removed('nested-too-deep');
    if (Array.isArray(value)) return value.map((item) => this.value(item, level + 1));
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [this.name(name), this.field(name, item, level)]));
  }

  verdict(): { readonly verdict: GuardVerdict; readonly findings: readonly FoundKind[] } {
    this.tell(wholeFindings([...this.texts, ...this.names].join('\n'), this.guard));
    const findings = [...this.found.values()];
    return { verdict: verdictOfFindings(findings), findings };
  }

  private name(name: string): string {
    this.names.push(name);
    return this.clean(name);
  }

  /** A value may be a secret by its name alone. */
  private field(name: string, item: unknown, level: number): unknown {
    if (typeof item !== 'string' || !saysSecret.test(name)) return this.value(item, level + 1);
    const before = `${name}="`;
    const findings = placedFindings(`${before}${item}"`, this.guard).flatMap((finding) => {
      const { start = 0, end = 0 } = finding;
      return end <= before.length ? [] : [{ ...finding, start: Math.max(0, start - before.length), end: end - before.length }];
    });
    this.tell(findings);
    return this.text(redacted(item, findings));
  }

  private number(value: number): number | string {
    const text = String(value);
    const clean = this.text(text);
    return clean === text ? value : clean;
  }

  private tell(findings: readonly GuardFinding[]): void {
    for (const { check, kind, action } of findings) this.found.set(`${check} ${kind} ${action}`, { check, kind, action });
  }
}

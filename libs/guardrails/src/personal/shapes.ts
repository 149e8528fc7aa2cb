import { type Finding, hasContext, isAlphanumericAt, type Scene } from './finding.ts';
import type { FindingKind } from './kinds.ts';
import { spokenWords } from './spoken-words.ts';

/** A value known by its written form, separators included: plates, postcodes, licences. */
export interface Shape {
  readonly kind: FindingKind;
  /** Bounded, without anchors and without the `g` flag. */
  readonly form: string;
  readonly flags?: 'i';
  readonly valid?: (value: string) => boolean;
  /** Words one of which must be near in running text. */
  readonly context: readonly string[];
  /** Score in running text without context; absent: not reported there. */
  readonly loose?: number;
}

interface Compiled extends Shape {
  readonly pattern: RegExp;
}

const compiled = (shapes: readonly Shape[]): readonly Compiled[] =>
  shapes.map((shape) => ({
    ...shape,
    pattern: new RegExp(`(?:${shape.form})(?![A-Za-z0-9])`, `y${shape.flags ?? ''}`),
  }));

function scoreOf(scene: Scene, bare: boolean, { context, loose }: Shape, start: number, end: number): number {
  if (hasContext(scene, start, end, context)) return 0.8;
  return bare ? 0.4 : (loose ?? 0);
}

const lettersBefore = /(?<![A-Za-z0-9])(?:[A-ZÄÖÜa-z]{1,4}[- ·.]?){1,2}$/;
/** No value has a longer run of letters and digits. */
const longestGroup = 24;
/** Two groups of letters with their separators. */
const longestLead = 10;

/** Where a value may begin: at a run of letters and digits that has a digit, and at the short groups of letters before it (`M XY 999`). */
function startsOf(text: string): number[] {
  const starts: number[] = [];
  for (const { index } of text.matchAll(/\d+/g)) {
    let group = index;
    while (group > 0 && index - group < longestGroup && isAlphanumericAt(text, group - 1)) group -= 1;
    if (starts[starts.length - 1] === group) continue;
    const lead = lettersBefore.exec(text.slice(Math.max(0, group - longestLead), group))?.[0] ?? '';
    for (let at = group - lead.length; at < group; at += 1)
      if (!isAlphanumericAt(text, at - 1) && isAlphanumericAt(text, at)) starts.push(at);
    starts.push(group);
  }
  return starts;
}

function valuesOf(scene: Scene, starts: readonly number[], shape: Compiled, findings: Finding[]): void {
  let from = 0;
  for (const start of starts) {
    if (start < from) continue;
    shape.pattern.lastIndex = start;
    const value = shape.pattern.exec(scene.text)?.[0];
    if (value === undefined) continue;
    const end = start + value.length;
    from = end;
    if (isGlued(scene.text, start, end) || shape.valid?.(value) === false) continue;
    const score = scoreOf(scene, scene.bare, shape, start, end);
    if (score > 0) findings.push({ kind: shape.kind, start, end, score });
  }
}

/**
 * Looks for forms. In running text a form is only tried where it can count: where it is reported without context, or one of its words is
 * said somewhere.
 */
export function shapeFinder(list: readonly Shape[]): (scene: Scene) => Finding[] {
  const shapes = compiled(list);
  const spoken = spokenWords(shapes.flatMap(({ context }) => context));
  return (scene) => {
    const findings: Finding[] = [];
    const starts = scene.bare && !/\d/.test(scene.text) ? [scene.trimmed.start] : startsOf(scene.text);
    if (starts.length === 0) return findings;
    const said = scene.bare ? new Set<string>() : spoken(scene.lower);
    for (const shape of shapes) {
      if (scene.bare || shape.loose !== undefined || shape.context.some((word) => said.has(word))) valuesOf(scene, starts, shape, findings);
    }
    return findings;
  };
}

/** Part of a longer number with the same separator on. */
function isGlued(text: string, start: number, end: number): boolean {
  const joins = (at: number): boolean => '-/@_'.includes(text.charAt(at)) && text.charAt(at) !== '';
  return (joins(start - 1) && isAlphanumericAt(text, start - 2)) || (joins(end) && isAlphanumericAt(text, end + 1));
}

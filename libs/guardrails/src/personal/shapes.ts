import { type Finding, hasContext, isAlphanumericAt, type Scene } from './finding.ts';
import type { FindingKind } from './kinds.ts';

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

export const compileShapes = (shapes: readonly Shape[]): readonly Compiled[] =>
  shapes.map((shape) => ({
    ...shape,
    pattern: new RegExp(`(?<![A-Za-z0-9])(?:${shape.form})(?![A-Za-z0-9])`, `g${shape.flags ?? ''}`),
  }));

/** Whether a word of a list is anywhere in the text; lists are shared by shapes and asked once. */
function speaker(scene: Scene): (words: readonly string[]) => boolean {
  const known = new Map<readonly string[], boolean>();
  return (words) => {
    const answer = known.get(words) ?? words.some((word) => scene.lower.includes(word));
    known.set(words, answer);
    return answer;
  };
}

function scoreOf(scene: Scene, bare: boolean, { context, loose }: Shape, start: number, end: number): number {
  if (hasContext(scene, start, end, context)) return 0.8;
  return bare ? 0.4 : (loose ?? 0);
}

/** A pattern is only run where it can count: in a text that is nothing but values, or where one of its words is said. */
export function findShapes(scene: Scene, shapes: readonly Compiled[]): Finding[] {
  const { bare } = scene;
  const says = speaker(scene);
  const findings: Finding[] = [];
  for (const shape of shapes) {
    if (!bare && shape.loose === undefined && !says(shape.context)) continue;
    for (const { index, 0: value } of scene.text.matchAll(shape.pattern)) {
      const end = index + value.length;
      if (isGlued(scene.text, index, end) || shape.valid?.(value) === false) continue;
      const score = scoreOf(scene, bare, shape, index, end);
      if (score > 0) findings.push({ kind: shape.kind, start: index, end, score });
    }
  }
  return findings;
}

/** Part of a longer number with the same separator on. */
function isGlued(text: string, start: number, end: number): boolean {
  const joins = (at: number): boolean => '-/@_'.includes(text.charAt(at)) && text.charAt(at) !== '';
  return (joins(start - 1) && isAlphanumericAt(text, start - 2)) || (joins(end) && isAlphanumericAt(text, end + 1));
}

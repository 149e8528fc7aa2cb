import type { FindingKind } from './kinds.ts';

/** How one kind of identifier is recognised. */
export interface IdRule {
  readonly kind: FindingKind;
  /** Lengths without separators. */
  readonly lengths: readonly number[];
  /** Of the value without separators, as written. Anchored, no repetition without a bound. */
  readonly shape: RegExp;
  /** Separators between its groups ('' = written in one piece), as a pattern of the whole sequence. */
  readonly separators: RegExp;
  readonly valid: (compact: string) => boolean;
  /** The form alone convinces. Otherwise the value must stand alone or near one of the words. */
  readonly strong: boolean;
  /** Score where the value stands alone; 0.6 when not given. */
  readonly alone?: number;
  readonly context: readonly string[];
}

/** No separator, or one kind of them. */
export const dashed = /^-*$/;
export const spacedOrDashed = /^(?: *|-*)$/;
export const dotted = /^[.-]*$/;
export const joined = /^$/;

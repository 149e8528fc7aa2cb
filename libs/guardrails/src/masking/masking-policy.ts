import type { Finding } from '../personal/finding.ts';
import { type FindingKind, isSecret } from '../personal/kinds.ts';

/**
 * What becomes of a finding.
 * keep: nothing. number: `[email-1]`, one number a value and text. label: `[EMAIL_ADDRESS]`. hash: `[email#k3v9...]`, the same for a value in
 * every text under one key. shape: other digits and letters in the same form. token: `[email:K3V9...]`, put back for a reader who may see it.
 * remove: nothing is left.
 */
export type MaskStrategy = 'keep' | 'number' | 'label' | 'hash' | 'shape' | 'token' | 'remove';

/** A tenant's word on masking. One value, so that a tenant's policy can replace it whole. */
export interface MaskingPolicy {
  /** Findings below this score are reported and stay. */
  readonly from: number;
  readonly kinds: { readonly [K in FindingKind]?: MaskStrategy };
  readonly secrets: MaskStrategy;
  readonly others: MaskStrategy;
}

/** Kinds that a goal is mostly about and that name nobody by themselves or are guessed by a model: reported, and masked only where a tenant's policy says so. */
const reported: readonly FindingKind[] = [
  'person',
  'organization',
  'place',
  'address',
  'zip-code',
  'date',
  'age',
  'title',
  'group',
  'url',
  'bic',
  'isin',
  'uk-postcode',
  'de-postcode',
  'postal-code',
  'de-commercial-register',
];

export const isReportedOnly: (kind: FindingKind) => boolean = (
  (kinds: ReadonlySet<FindingKind>) => (kind: FindingKind) =>
    kinds.has(kind)
)(new Set(reported));

export const defaultMasking: MaskingPolicy = Object.freeze({
  from: 0.5,
  kinds: Object.freeze(Object.fromEntries(reported.map((kind) => [kind, 'keep' as const]))),
  secrets: 'number',
  others: 'number',
});

export function strategyFor({ kind, score }: Finding, policy: MaskingPolicy): MaskStrategy {
  if (score < policy.from) return 'keep';
  return policy.kinds[kind] ?? (isSecret(kind) ? policy.secrets : policy.others);
}

/** Findings that the policy changes in the text. */
export const maskedBy = (findings: readonly Finding[], policy: MaskingPolicy): readonly Finding[] =>
  findings.filter((finding) => strategyFor(finding, policy) !== 'keep');

export { type Band, bandOf, type Bands, type BandsByChannel } from './injection/bands.ts';
export { type Channel, channelOf, type Source } from './injection/channels.ts';
export { type InjectionScreening, screenInjection } from './injection/screen-injection.ts';
export {
  type KeptValue,
  type KeyedHash,
  type Masked,
  maskFindings,
  type MaskingOptions,
  maskPersonalData,
  maskUntilStable,
} from './masking/mask.ts';
export { defaultMasking, isReportedOnly, maskedBy, type MaskingPolicy, type MaskStrategy, strategyFor } from './masking/masking-policy.ts';
export { putBack, tokensIn } from './masking/tokens.ts';
export {
  afterTurn,
  defaultSessionPolicy,
  noRisk,
  riskOf,
  sessionBlocks,
  type SessionPolicy,
  type SessionRisk,
} from './injection/session.ts';
export { Canaries, SHORTEST_CANARY } from './output/canaries.ts';
export * from './output/guard-text.ts';
export { type LinkKind, findLinks } from './output/links.ts';
export { type FoundKind, OutputCleaner } from './output/output-cleaner.ts';
export * from './output/output-policy.ts';
export { LEAK, ProtectedText } from './output/prompt-leak.ts';
export { StreamFilter, type StreamFilterOptions } from './output/stream-filter.ts';
export type { Topic } from './output/topics.ts';
export { findPersonalData, type PersonalDataOptions } from './personal/find-personal-data.ts';
export type { Finding } from './personal/finding.ts';
export { type FindingKind, isSecret, kinds, typesOf } from './personal/kinds.ts';
export { defaultPolicy, type ScreeningPolicy } from './policy.ts';
export { screen, type Screening, type ScreeningOptions, screenedBand, type Verdict } from './screen.ts';
export { type DecodedLayer, type DecodeLimits, unfold, type Unfolded } from './text/decode.ts';
export { type MappedText, sourceSpan } from './text/mapped-text.ts';
export { normalise } from './text/normalise.ts';
export { visible } from './text/visible.ts';
export { namedFindings, scanLine, scanRecord, type ScanAnswer, type ScanFinding, type ScanProblem } from './scan.ts';

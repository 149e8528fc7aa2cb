export { checkAnswer } from './check-answer.ts';
export type { CitedSentence, SentenceVerdict } from './check-answer.ts';
export { checkClaim } from './check-claim.ts';
export type { ClaimLabel, ClaimVerdict } from './check-claim.ts';

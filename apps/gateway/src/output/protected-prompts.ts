import { answerRequest, planRequest } from '@octobus/models';

/** Stands where each call has its own random mark. */
const BOUNDARY = 'x'.repeat(16);

/** What models are told to be: it is theirs to follow and nobody's to read. */
export const protectedPrompts = (): Readonly<Record<string, string>> => ({
  answer: answerRequest('', [], { boundary: BOUNDARY }).system,
  plan: planRequest('', { documents: true, maxSteps: 8 }, { boundary: BOUNDARY }).system,
});

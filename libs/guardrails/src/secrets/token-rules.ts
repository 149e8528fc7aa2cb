import type { FindingKind } from '../personal/kinds.ts';

/** A credential with a form of its own. Patterns begin with a literal or a short class, and every repetition is bounded. */
export interface TokenRule {
  readonly kind: FindingKind;
  readonly pattern: RegExp;
  readonly score: number;
}

/** The forms vendors document for their credentials (prefix, alphabet, length). */
export const tokenRules: readonly TokenRule[] = [
  { kind: 'aws-key', pattern: /(?:AKIA|ABIA|ACCA|ASIA|A3T[A-Z0-9])[A-Z0-9]{16}/g, score: 0.97 },
  { kind: 'github-token', pattern: /(?:gh[pousr]_[A-Za-z0-9]{36,251}|github_pat_[A-Za-z0-9_]{22,255})/g, score: 0.99 },
  {
    kind: 'gitlab-token',
    pattern: /(?:(?:glpat|gldt|glrt|glft|glsoat|glcbt|glffct)-[A-Za-z0-9_-]{20,64}|glimt-[A-Za-z0-9_-]{25}|glptt-[A-Za-z0-9_-]{40})/g,
    score: 0.98,
  },
  { kind: 'gitlab-token', pattern: /glagent-[A-Za-z0-9_-]{50,1024}/g, score: 0.98 },
  { kind: 'slack-token', pattern: /xox[abeoprs]-[A-Za-z0-9-]{10,250}/g, score: 0.98 },
  {
    kind: 'slack-token',
    pattern: /https:\/\/hooks\.slack\.com\/(?:services|workflows)\/T[A-Za-z0-9_]{5,20}\/[AB][A-Za-z0-9_]{5,20}\/[A-Za-z0-9_]{10,40}/g,
    score: 0.98,
  },
  { kind: 'stripe-key', pattern: /(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,247}/g, score: 0.98 },
  { kind: 'stripe-key', pattern: /whsec_[A-Za-z0-9+/=]{24,64}/g, score: 0.97 },
  { kind: 'model-api-key', pattern: /sk-(?:proj-|svcacct-|admin-|ant-(?:api|admin)\d\d-|or-v1-)?[A-Za-z0-9_-]{32,200}/g, score: 0.96 },
  {
    kind: 'model-api-key',
    pattern: /(?:hf_[A-Za-z0-9]{30,40}|gsk_[A-Za-z0-9]{40,60}|xai-[A-Za-z0-9]{60,100}|r8_[A-Za-z0-9]{36,40}|pplx-[a-zA-Z0-9]{40,60})/g,
    score: 0.96,
  },
  { kind: 'google-key', pattern: /(?:AIza[A-Za-z0-9_-]{35}|GOCSPX-[A-Za-z0-9_-]{28}|ya29\.[A-Za-z0-9_-]{30,300})/g, score: 0.97 },
  { kind: 'sendgrid-key', pattern: /SG\.[A-Za-z0-9_-]{20,24}\.[A-Za-z0-9_-]{39,50}/g, score: 0.98 },
  { kind: 'twilio-key', pattern: /(?:AC|SK)[a-z0-9]{32}/g, score: 0.9 },
  { kind: 'mailchimp-key', pattern: /(?<![0-9a-f])[0-9a-f]{32}-us\d{1,2}/g, score: 0.97 },
  { kind: 'npm-token', pattern: /npm_[A-Za-z0-9]{36}/g, score: 0.98 },
  { kind: 'npm-token', pattern: /\/\/[A-Za-z0-9./:-]{1,120}\/:_authToken=(?:npm_[A-Za-z0-9]{1,60}|[A-Fa-f0-9-]{36})/g, score: 0.95 },
  { kind: 'pypi-token', pattern: /pypi-AgE(?:IcHlwaS5vcmc|NdGVzdC5weXBpLm9yZw)[A-Za-z0-9_-]{70,255}/g, score: 0.98 },
  { kind: 'discord-token', pattern: /[MNO][A-Za-z0-9_-]{23,25}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,38}/g, score: 0.95 },
  { kind: 'telegram-token', pattern: /\d{8,10}:AA[A-Za-z0-9_-]{33}/g, score: 0.97 },
  { kind: 'artifactory-token', pattern: /(?:AKC[a-zA-Z0-9]{10,128}|AP[0-9ABCDEF][a-zA-Z0-9]{8,128})/g, score: 0.75 },
  { kind: 'square-token', pattern: /(?:sq0(?:csp|atp|idp)-[0-9A-Za-z_-]{22,43}|EAAA[a-zA-Z0-9_-]{56,64})/g, score: 0.97 },
  { kind: 'azure-key', pattern: /AccountKey=[A-Za-z0-9+/]{86}==/g, score: 0.99 },
  { kind: 'private-key', pattern: /(?:AGE-SECRET-KEY-1[A-Z0-9]{58}|PuTTY-User-Key-File-[23])/g, score: 0.98 },
];

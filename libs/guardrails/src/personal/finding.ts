/** What was found and where. Never the value itself. */
export interface Finding {
  readonly kind: FindingKind;
  /** UTF-16 offsets into the text that was screened; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
  /** Certainty, 0..1: 0.95 and more where a checksum or an unmistakable form was verified. */
  readonly score: number;
}

/** Kind -> the name the evaluation data has for it. Kinds below `secret` are credentials. */
export const kinds = {
  email: 'EMAIL_ADDRESS',
  phone: 'PHONE_NUMBER',
  card: 'CREDIT_CARD',
  iban: 'IBAN_CODE',
  ip: 'IP_ADDRESS',
  mac: 'MAC_ADDRESS',
  crypto: 'CRYPTO',
  imei: 'IMEI',
  'us-ssn': 'US_SSN',
  'us-itin': 'US_ITIN',
  'us-npi': 'US_NPI',
  'us-mbi': 'US_MBI',
  'us-aba': 'ABA_ROUTING_NUMBER',
  'us-dea': 'MEDICAL_LICENSE',
  'uk-nhs': 'UK_NHS',
  'uk-nino': 'UK_NINO',
  'ca-sin': 'CA_SIN',
  'au-abn': 'AU_ABN',
  'au-acn': 'AU_ACN',
  'au-tfn': 'AU_TFN',
  'au-medicare': 'AU_MEDICARE',
  'in-aadhaar': 'IN_AADHAAR',
  'in-pan': 'IN_PAN',
  'in-gstin': 'IN_GSTIN',
  'es-nif': 'ES_NIF',
  'es-nie': 'ES_NIE',
  'it-fiscal-code': 'IT_FISCAL_CODE',
  'it-vat': 'IT_VAT_CODE',
  'pl-pesel': 'PL_PESEL',
  'fi-hetu': 'FI_PERSONAL_IDENTITY_CODE',
  'se-personnummer': 'SE_PERSONNUMMER',
  'se-organisation': 'SE_ORGANISATIONSNUMMER',
  'sg-nric': 'SG_NRIC_FIN',
  'kr-rrn': 'KR_RRN',
  'kr-frn': 'KR_FRN',
  'kr-brn': 'KR_BRN',
  'th-tnin': 'TH_TNIN',
  'tr-id': 'TR_NATIONAL_ID',
  'za-id': 'ZA_ID_NUMBER',
  'de-tax-id': 'DE_TAX_ID',
  'de-vat': 'DE_VAT_ID',
  'de-social-security': 'DE_SOCIAL_SECURITY',
  'de-health-insurance': 'DE_HEALTH_INSURANCE',
  'br-cpf': 'NATIONAL_ID',
  'cn-id': 'NATIONAL_ID',
  'no-id': 'NATIONAL_ID',
  'fr-nir': 'NATIONAL_ID',
  'be-nrn': 'NATIONAL_ID',
  'nl-bsn': 'NATIONAL_ID',
  'tw-id': 'NATIONAL_ID',
  'il-id': 'NATIONAL_ID',
  'ir-id': 'NATIONAL_ID',
  'hk-id': 'NATIONAL_ID',
  'private-key': 'SECRET_PRIVATE_KEY',
  jwt: 'SECRET_JWT',
  'aws-key': 'SECRET_AWS_KEY',
  'github-token': 'SECRET_GITHUB_TOKEN',
  'gitlab-token': 'SECRET_GITLAB_TOKEN',
  'slack-token': 'SECRET_SLACK',
  'stripe-key': 'SECRET_STRIPE_KEY',
  'model-api-key': 'SECRET_OPENAI',
  'google-key': 'SECRET_GOOGLE_API_KEY',
  'sendgrid-key': 'SECRET_SENDGRID',
  'twilio-key': 'SECRET_TWILIO',
  'mailchimp-key': 'SECRET_MAILCHIMP_KEY',
  'npm-token': 'SECRET_NPM',
  'pypi-token': 'SECRET_PYPI_TOKEN',
  'discord-token': 'SECRET_DISCORD',
  'telegram-token': 'SECRET_TELEGRAM_TOKEN',
  'artifactory-token': 'SECRET_ARTIFACTORY',
  'square-token': 'SECRET_SQUARE_OAUTH',
  'azure-key': 'SECRET_AZURE_STORAGE_KEY',
  'url-credentials': 'SECRET_BASIC_AUTH',
  'assigned-secret': 'SECRET_KEYWORD',
} as const;

export type FindingKind = keyof typeof kinds;

const firstSecret: FindingKind = 'private-key';
const order = Object.keys(kinds) as FindingKind[];
const secretKinds: ReadonlySet<FindingKind> = new Set(order.slice(order.indexOf(firstSecret)));

/** Credentials (keys, tokens, passwords) as against data about a person. */
export const isSecret = (kind: FindingKind): boolean => secretKinds.has(kind);

/** Where a detector looks: the visible text, and whether a value is all there is. */
export interface Scene {
  readonly text: string;
  readonly lower: string;
  /** Span of the text without surrounding white space. */
  readonly trimmed: { readonly start: number; readonly end: number };
}

export function sceneOf(text: string): Scene {
  const start = text.length - text.trimStart().length;
  return { text, lower: text.toLowerCase(), trimmed: { start, end: Math.max(start, text.trimEnd().length) } };
}

/** The value is the whole text: nobody writes one number alone without meaning it. */
export const standsAlone = (scene: Scene, start: number, end: number): boolean =>
  scene.trimmed.start === start && scene.trimmed.end === end;

const maskToken = /\[?[a-z][a-z-]{0,30}-\d{1,6}\]/g;

/** A word of `words` is near: up to 64 units before, 24 after. What a mask says is no context: a second look must not find more than the first. */
export function hasContext(scene: Scene, start: number, end: number, words: readonly string[]): boolean {
  if (words.length === 0) return false;
  const around = `${scene.lower.slice(Math.max(0, start - 64), start)} ${scene.lower.slice(end, end + 24)}`;
  const said = around.includes('-') ? around.replace(maskToken, ' ') : around;
  return words.some((word) => said.includes(word));
}

const isDigitCode = (code: number): boolean => code >= 48 && code <= 57;
const isLetterCode = (code: number): boolean => (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || (code > 0xbf && code < 0x2000);

export const isAlphanumericAt = (text: string, at: number): boolean => {
  const code = text.charCodeAt(at);
  return isDigitCode(code) || isLetterCode(code);
};

export const isDigitAt = (text: string, at: number): boolean => isDigitCode(text.charCodeAt(at));

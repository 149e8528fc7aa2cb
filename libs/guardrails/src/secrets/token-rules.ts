import type { FindingKind } from '../personal/kinds.ts';

/** A credential with a form of its own. Every repetition is bounded. */
export interface TokenRule {
  readonly kind: FindingKind;
  /** Literals one of which is part of every value: a text without them isn't searched. None: the probe alone decides. */
  readonly hints: readonly string[];
  readonly pattern: RegExp;
  readonly score: number;
  /** Bits a character that a real value has at least. */
  readonly entropy?: number;
  /** Must match somewhere: cheaper to look for than the pattern. */
  readonly probe?: RegExp;
}

const rule = (
  kind: FindingKind,
  hints: string,
  pattern: RegExp,
  score = 0.97,
  more: Pick<TokenRule, 'entropy' | 'probe'> = {},
): TokenRule => ({
  kind,
  hints: hints === '' ? [] : hints.split(' '),
  pattern,
  score,
  ...more,
});

/** The forms vendors document for their credentials (prefix, alphabet, length). */
export const tokenRules: readonly TokenRule[] = [
  rule('aws-key', 'AKIA ABIA ACCA ASIA A3T', /(?:AKIA|ABIA|ACCA|ASIA|A3T[A-Z0-9])[A-Z0-9]{16}/g),
  rule('github-token', 'ghp_ gho_ ghu_ ghs_ ghr_ github_pat_', /(?:gh[pousr]_[A-Za-z0-9]{36,251}|github_pat_[A-Za-z0-9_]{22,255})/g, 0.99),
  rule(
    'gitlab-token',
    'glpat- gldt- glrt- glft- glsoat- glcbt- glffct- glimt- glptt- glagent- GR1348941',
    /(?:(?:glpat|gldt|glrt|glft|glsoat|glcbt|glffct)-[A-Za-z0-9_-]{20,64}|glimt-[A-Za-z0-9_-]{25}|glptt-[A-Za-z0-9_-]{40}|glagent-[A-Za-z0-9_-]{50,1024}|GR1348941[A-Za-z0-9_-]{20})/g,
    0.98,
  ),
  rule('slack-token', 'xox xapp-', /(?:xox[abeoprs]-[A-Za-z0-9-]{10,250}|xapp-\d-[A-Z0-9]{5,20}-\d{5,20}-[a-z0-9]{20,100})/g, 0.98),
  rule(
    'slack-token',
    'hooks.slack.com/',
    /https:\/\/hooks\.slack\.com\/(?:services|workflows)\/T[A-Za-z0-9_]{5,20}\/[AB][A-Za-z0-9_]{5,20}\/[A-Za-z0-9_]{10,40}/g,
    0.98,
  ),
  rule('stripe-key', 'sk_ rk_ whsec_', /(?:[sr]k_(?:live|test|prod)_[A-Za-z0-9]{16,247}|whsec_[A-Za-z0-9+/=]{24,64})/g, 0.98),
  rule('model-api-key', 'sk-', /sk-(?:proj-|svcacct-|admin-|ant-(?:api|admin)\d\d-|or-v1-)?[A-Za-z0-9_-]{32,200}/g, 0.96, { entropy: 3 }),
  rule(
    'model-api-key',
    'hf_ gsk_ xai- r8_ pplx- api_org_ nvapi- fw_ AIzaSy',
    /(?:hf_[A-Za-z0-9]{30,40}|api_org_[A-Za-z]{34}|gsk_[A-Za-z0-9]{40,60}|xai-[A-Za-z0-9]{60,100}|r8_[A-Za-z0-9]{36,40}|pplx-[a-zA-Z0-9]{40,60}|nvapi-[A-Za-z0-9_-]{60,80}|fw_[A-Za-z0-9]{22,30})/g,
    0.96,
    { entropy: 3 },
  ),
  rule(
    'google-key',
    'AIza GOCSPX- ya29. 1//0',
    /(?:AIza[A-Za-z0-9_-]{35}|GOCSPX-[A-Za-z0-9_-]{28}|ya29\.[A-Za-z0-9_-]{30,300}|1\/\/0[A-Za-z0-9_-]{40,120})/g,
  ),
  rule('sendgrid-key', 'SG.', /SG\.[A-Za-z0-9_-]{20,24}\.[A-Za-z0-9_-]{39,50}/g, 0.98),
  rule('twilio-key', 'AC SK', /(?:AC|SK)[a-z0-9]{32}/g, 0.9),
  rule('mailchimp-key', '-us', /(?<![0-9a-f])[0-9a-f]{32}-us\d{1,2}/g),
  rule('mailgun-key', 'key- pubkey-', /(?:pub)?key-[0-9a-f]{32}/g, 0.95),
  rule('npm-token', 'npm_', /npm_[A-Za-z0-9]{36}/g, 0.98),
  rule('npm-token', ':_authToken=', /\/\/[A-Za-z0-9./:-]{1,120}\/:_authToken=(?:npm_[A-Za-z0-9]{1,60}|[A-Fa-f0-9-]{36})/g, 0.95),
  rule('pypi-token', 'pypi-AgE', /pypi-AgE(?:IcHlwaS5vcmc|NdGVzdC5weXBpLm9yZw)[A-Za-z0-9_-]{70,255}/g, 0.98),
  rule('rubygems-key', 'rubygems_', /rubygems_[0-9a-f]{48}/g, 0.98),
  rule('cargo-token', 'cio', /cio[A-Za-z0-9]{32}/g, 0.8, { entropy: 3.5 }),
  rule('docker-token', 'dckr_', /dckr_(?:pat|oat)_[A-Za-z0-9_-]{27,40}/g, 0.98),
  rule('discord-token', '', /(?<![A-Za-z0-9_-])[MNO][A-Za-z0-9_-]{23,25}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,38}/g, 0.95, {
    entropy: 3,
    probe: /\.[\w-]{6}\.[\w-]{27}/,
  }),
  rule(
    'discord-token',
    'discord',
    /https:\/\/(?:ptb\.|canary\.)?discord(?:app)?\.com\/api\/webhooks\/\d{17,20}\/[A-Za-z0-9_-]{60,80}/g,
    0.98,
  ),
  rule('telegram-token', ':AA', /\d{8,10}:AA[A-Za-z0-9_-]{33}/g),
  rule('artifactory-token', 'AKC AP', /(?:AKC[a-zA-Z0-9]{10,128}|AP[0-9ABCDEF][a-zA-Z0-9]{8,128})/g, 0.75),
  rule('square-token', 'sq0 EAAA', /(?:sq0(?:csp|atp|idp)-[0-9A-Za-z_-]{22,43}|EAAA[a-zA-Z0-9_-]{56,64})/g),
  rule('azure-key', 'AccountKey=', /AccountKey=[A-Za-z0-9+/]{86}==/g, 0.99),
  rule('azure-key', 'SharedAccessKey= sig=', /(?:SharedAccessKey=[A-Za-z0-9+/]{43}=|[?&]sig=[A-Za-z0-9%]{43,80}%3D)/g, 0.96),
  rule('azure-key', '8Q~', /[A-Za-z0-9_~.-]{3}8Q~[A-Za-z0-9_~.-]{31,34}/g, 0.95),
  rule('digitalocean-token', 'dop_v1_ doo_v1_ dor_v1_', /do[opr]_v1_[0-9a-f]{64}/g, 0.99),
  rule('shopify-token', 'shpat_ shpca_ shppa_ shpss_', /shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}/g, 0.98),
  rule('databricks-token', 'dapi', /dapi[0-9a-f]{32}(?:-\d)?/g),
  rule(
    'grafana-token',
    'glsa_ glc_ eyJrIjoi',
    /(?:glsa_[A-Za-z0-9]{32}_[0-9A-Fa-f]{8}|glc_[A-Za-z0-9+/]{32,400}={0,2}|eyJrIjoi[A-Za-z0-9]{70,400}={0,2})/g,
  ),
  rule(
    'hashicorp-token',
    'hvs. hvb. hvr. atlasv1.',
    /(?:hv[sbr]\.[A-Za-z0-9_-]{24,300}|[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{60,70})/g,
    0.98,
  ),
  rule('linear-key', 'lin_api_ lin_oauth_', /lin_(?:api|oauth)_[A-Za-z0-9]{40,64}/g, 0.98),
  rule('notion-token', 'ntn_ secret_', /(?:ntn_[A-Za-z0-9]{40,50}|secret_[A-Za-z0-9]{43})/g, 0.96, { entropy: 3 }),
  rule('postman-key', 'PMAK-', /PMAK-[0-9a-f]{24}-[0-9a-f]{34}/g, 0.99),
  rule('newrelic-key', 'NRAK- NRJS- NRAA- NRII-', /NR(?:AK|JS|AA|II)-[A-Za-z0-9_-]{19,32}/g),
  rule('sentry-token', 'sntrys_ sntryu_', /(?:sntrys_[A-Za-z0-9+/=_-]{40,400}|sntryu_[0-9a-f]{64})/g, 0.98),
  rule('atlassian-token', 'ATATT ATCTT ATBB', /(?:AT[AC]TT3[A-Za-z0-9_=-]{60,250}|ATBB[A-Za-z0-9]{32})/g, 0.98),
  rule('dropbox-token', 'sl.', /(?<![A-Za-z0-9_.-])sl\.(?:u\.)?[A-Za-z0-9_-]{130,1200}/g, 0.96),
  rule('facebook-token', 'EAA', /EAA[MC][A-Za-z0-9]{100,300}/g, 0.96),
  rule('doppler-token', 'dp.', /dp\.(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9._-]{40,80}/g, 0.96),
  rule('planetscale-token', 'pscale_', /pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_=.-]{32,64}/g, 0.98),
  rule('flyio-token', 'FlyV1 fo1_', /(?:FlyV1 fm\d[a-z]?_[A-Za-z0-9+/=_-]{40,800}|fo1_[A-Za-z0-9_-]{43})/g, 0.97),
  rule('alibaba-key', 'LTAI', /LTAI[A-Za-z0-9]{12,24}/g, 0.93, { entropy: 3 }),
  rule('tencent-key', 'AKID', /AKID[A-Za-z0-9]{32}/g, 0.95, { entropy: 3 }),
  rule('airtable-token', 'pat', /(?<![A-Za-z0-9_])pat[A-Za-z0-9]{14}\.[0-9a-f]{64}/g, 0.99),
  rule('sonar-token', 'sqp_ squ_ sqa_', /sq[pua]_[0-9a-f]{40}/g, 0.98),
  rule('heroku-key', 'HRKU-', /HRKU-[A-Za-z0-9_-]{36,64}/g, 0.98),
  rule('paypal-token', 'access_token$', /access_token\$(?:production|sandbox)\$[0-9a-z]{16}\$[0-9a-f]{32}/g, 0.99),
  rule('figma-token', 'figd_', /figd_[A-Za-z0-9_-]{40,60}/g, 0.98),
  rule(
    'teams-webhook',
    'webhook.office.com',
    /https:\/\/[a-z0-9-]{1,60}\.webhook\.office\.com\/webhookb2\/[0-9a-f-]{36}@[0-9a-f-]{36}\/IncomingWebhook\/[0-9a-f]{32}\/[0-9a-f-]{36}/g,
    0.99,
  ),
  rule('private-key', 'AGE-SECRET-KEY-1 PuTTY-User-Key-File-', /(?:AGE-SECRET-KEY-1[A-Z0-9]{58}|PuTTY-User-Key-File-[23])/g, 0.98),
];

import { POLICY_SCHEMA } from '@octobus/contracts';

const version = { type: 'integer', minimum: 0, description: 'Version of the policy; 0: that of the release.' } as const;
const text = { type: 'string' } as const;
const closed = { type: 'object', additionalProperties: false } as const;

/** What the last door says of a result. */
export const guardMark = {
  ...closed,
  required: ['verdict', 'policyVersion', 'findings'],
  properties: {
    verdict: { enum: ['allow', 'redact', 'block'] },
    policyVersion: version,
    findings: {
      type: 'array',
      items: {
        ...closed,
        required: ['check', 'kind', 'action'],
        properties: {
          check: { enum: ['secret', 'personal-data', 'link', 'canary', 'system-prompt', 'topic'] },
          kind: text,
          action: { enum: ['redact', 'block'] },
        },
      },
    },
  },
} as const;

const shown = {
  ...closed,
  required: ['version', 'policy'],
  properties: { version, policy: POLICY_SCHEMA, setBy: text, setAt: { type: 'string', format: 'date-time' } },
} as const;

/** Bodies of requests and answers about policies, by name. */
export const policySchemas: Readonly<Record<string, object>> = {
  Policy: shown,
  PolicyHistory: { ...closed, required: ['items'], properties: { items: { type: 'array', items: shown } } },
  SetPolicy: {
    ...closed,
    required: ['policy'],
    properties: {
      policy: POLICY_SCHEMA,
      basedOn: {
        type: 'integer',
        minimum: 0,
        maximum: 1_000_000,
        description: 'The version that it follows; absent: the one that stands now.',
      },
    },
  },
  AdoptedPolicy: { ...closed, required: ['version', 'state'], properties: { version, state: { enum: ['received', 'adopted'] } } },
};

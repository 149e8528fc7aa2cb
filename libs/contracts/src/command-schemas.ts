import type { Verb } from './subjects.ts';

/**
 * JSON Schemas (2020-12) of the commands that come in from outside, for both doors and the OpenAPI document.
 * Sizes are bounds, not wishes: everything longer is refused at the door.
 */
const token = { type: 'string', pattern: '^[a-z0-9-]{1,40}$' } as const;
const uuid = { type: 'string', pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' } as const;
const digest = { type: 'string', pattern: '^[0-9a-f]{64}$' } as const;
const letter = { type: 'string', pattern: '^[1-9][0-9]{0,15}-[0-9a-f]{8}$' } as const;
const replayDurable = { type: 'string', pattern: '^t-[a-z0-9-]{1,40}-replay-[1-9]$' } as const;
const opaque = { type: 'string', minLength: 1, maxLength: 200 } as const;
const amount = { type: 'string', pattern: '^[0-9]{1,15}$', description: 'Integer micro-dollars as a decimal string.' } as const;

/** Longest time that something waits for, milliseconds: a year. */
export const LONGEST_WAIT_MS = 31_536_000_000;

const wait = {
  type: 'object',
  additionalProperties: false,
  minProperties: 1,
  maxProperties: 1,
  properties: {
    forMs: { type: 'integer', minimum: 1, maximum: LONGEST_WAIT_MS, description: 'Milliseconds after everything before the step is done.' },
    until: { type: 'string', format: 'date-time', description: 'At most a year away; at once when it has passed.' },
  },
} as const;

const planStep = {
  type: 'object',
  additionalProperties: false,
  required: ['id'],
  description: 'Has an agent, or waits: then it takes `id`, `after` and `wait` only.',
  properties: {
    id: token,
    agent: { type: 'string', pattern: '^[a-z0-9-]{1,40}(@[0-9]{1,6})?$' },
    after: { type: 'array', maxItems: 100, uniqueItems: true, items: token },
    inputs: { type: 'array', maxItems: 100, uniqueItems: true, items: token },
    instruction: { type: 'string', maxLength: 16_000 },
    arguments: { type: 'object' },
    onFailure: { enum: ['fail', 'skip'] },
    maxAttempts: { type: 'integer', minimum: 1, maximum: 10 },
    timeoutMs: { type: 'integer', minimum: 1, maximum: 3_600_000 },
    effect: { enum: ['none', 'idempotent', 'once'] },
    wait,
  },
} as const;

/** What a person wants done, whenever it is done. */
const taskProperties = {
  goal: {
    type: 'string',
    minLength: 1,
    maxLength: 16_000,
    pattern: '\\S',
    description: 'What is to be done, in the words of the person.',
  },
  documents: {
    type: 'array',
    maxItems: 500,
    uniqueItems: true,
    items: uuid,
    description: 'Documents to look into; absent: all of the tenant.',
  },
  plan: {
    type: 'object',
    additionalProperties: false,
    required: ['steps'],
    properties: { steps: { type: 'array', minItems: 1, maxItems: 200, items: planStep } },
  },
  priority: { enum: ['high', 'normal', 'low'] },
  cache: {
    enum: ['use', 'bypass'],
    description: 'Whether the result of the same request, asked before by the same caller, may answer it.',
  },
  limits: {
    type: 'object',
    additionalProperties: false,
    properties: { budgetMicroUsd: amount, maxSteps: { type: 'integer', minimum: 1, maximum: 200 } },
  },
  dataSubject: opaque,
} as const;

const schedule = { type: 'object', additionalProperties: false, required: ['scheduleId'], properties: { scheduleId: uuid } } as const;

const action = { enum: ['allow', 'redact', 'block'] } as const;

/** A tenant's policy, also by itself. */
export const POLICY_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: {
    secrets: { enum: ['redact', 'block'] },
    personalData: action,
    personalDataKinds: { type: 'array', minItems: 1, maxItems: 100, uniqueItems: true, items: token },
    links: action,
    allowedHosts: {
      type: 'array',
      minItems: 1,
      maxItems: 200,
      uniqueItems: true,
      items: { type: 'string', pattern: '^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$' },
      description: 'Each with its sub-domains.',
    },
    systemPrompt: { enum: ['allow', 'block'] },
    canaries: {
      type: 'array',
      minItems: 1,
      maxItems: 100,
      uniqueItems: true,
      items: { type: 'string', pattern: '^[A-Za-z0-9_-]{16,64}$' },
      description: 'Random tokens planted where nobody should read them out.',
    },
    topics: {
      type: 'array',
      minItems: 1,
      maxItems: 50,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['name', 'phrases'],
        properties: {
          name: token,
          phrases: {
            type: 'array',
            minItems: 1,
            maxItems: 200,
            items: { type: 'string', minLength: 2, maxLength: 100, pattern: '[^\\s*]' },
          },
          on: { type: 'array', minItems: 1, maxItems: 2, uniqueItems: true, items: { enum: ['input', 'output'] } },
        },
      },
    },
  },
} as const;

const version = { type: 'integer', minimum: 0, maximum: 1_000_000 } as const;

export const COMMAND_SCHEMAS: Readonly<Record<Verb, object>> = {
  submit: {
    type: 'object',
    additionalProperties: false,
    required: ['goal'],
    properties: { ...taskProperties, deadline: { type: 'string', format: 'date-time' } },
  },
  cancel: {
    type: 'object',
    additionalProperties: false,
    required: ['taskId'],
    properties: { taskId: uuid, reason: { type: 'string', maxLength: 500 } },
  },
  ingest: {
    type: 'object',
    additionalProperties: false,
    required: ['name', 'mediaType'],
    oneOf: [{ required: ['text'] }, { required: ['blob'] }],
    properties: {
      name: { type: 'string', minLength: 1, maxLength: 500, description: 'A relative path or title; never opened on the server.' },
      mediaType: { type: 'string', pattern: '^[a-z]+/[a-z0-9.+-]{1,80}$' },
      text: { type: 'string', maxLength: 65_536 },
      blob: {
        type: 'object',
        additionalProperties: false,
        required: ['digest', 'size', 'pieces'],
        properties: {
          digest,
          size: { type: 'integer', minimum: 1, maximum: 52_428_800 },
          pieces: { type: 'array', minItems: 1, maxItems: 400, items: digest },
          sealed: { type: 'boolean' },
        },
      },
      dataSubject: opaque,
    },
  },
  erase: {
    type: 'object',
    additionalProperties: false,
    oneOf: [{ required: ['subject'] }, { required: ['dataSubject'] }],
    properties: { subject: opaque, dataSubject: uuid },
  },
  'create-tenant': {
    type: 'object',
    additionalProperties: false,
    required: ['name'],
    properties: { name: { type: 'string', pattern: '^[a-z][a-z0-9-]{1,30}$' } },
  },
  'create-key': {
    type: 'object',
    additionalProperties: false,
    required: ['keyId', 'secretDigest', 'scopes'],
    properties: {
      keyId: token,
      secretDigest: digest,
      owner: opaque,
      scopes: {
        type: 'array',
        minItems: 1,
        maxItems: 20,
        uniqueItems: true,
        items: {
          enum: [
            'tasks:read',
            'tasks:write',
            'documents:read',
            'documents:write',
            'audit:read',
            'dead-letters:read',
            'dead-letters:write',
            'subjects:read',
            'subjects:write',
            'keys:write',
            'policies:read',
            'policies:write',
            'platform',
          ],
        },
      },
      expiresAt: { type: 'string', format: 'date-time' },
      label: { type: 'string', maxLength: 100 },
    },
  },
  'revoke-key': { type: 'object', additionalProperties: false, required: ['keyId'], properties: { keyId: token } },
  'open-session': { type: 'object', additionalProperties: false, required: ['keyId'], properties: { keyId: token } },
  'open-replay': {
    type: 'object',
    additionalProperties: false,
    required: ['durable'],
    properties: { durable: replayDurable, from: { type: 'string', pattern: '^[0-9A-Za-z:.+-]{1,200}$' }, task: uuid },
  },
  'close-replay': { type: 'object', additionalProperties: false, required: ['durable'], properties: { durable: replayDurable } },
  redrive: { type: 'object', additionalProperties: false, required: ['letter'], properties: { letter } },
  drop: { type: 'object', additionalProperties: false, required: ['letter'], properties: { letter } },
  'report-denial': {
    type: 'object',
    additionalProperties: false,
    required: ['code', 'action'],
    properties: { code: token, action: { type: 'string', minLength: 1, maxLength: 200 } },
  },
  'report-refusals': {
    type: 'object',
    additionalProperties: false,
    required: ['code', 'source', 'minute', 'count', 'instance'],
    properties: {
      code: token,
      source: { type: 'string', pattern: '^[a-z0-9:-]{1,100}$' },
      minute: { type: 'string', format: 'date-time' },
      count: { type: 'integer', minimum: 1, maximum: 2_147_483_647 },
      instance: token,
    },
  },
  'create-schedule': {
    type: 'object',
    additionalProperties: false,
    required: ['name', 'cron', 'task'],
    properties: {
      name: { ...token, description: 'For people; several schedules may have one name.' },
      cron: {
        type: 'string',
        minLength: 1,
        maxLength: 120,
        pattern: '^[0-9A-Za-z*,/# ?-]+$',
        description: 'Five fields (minute, hour, day of the month, month, day of the week), or six with seconds before them.',
      },
      timeZone: { type: 'string', minLength: 1, maxLength: 64, pattern: '^[A-Za-z0-9_+/-]+$', description: 'IANA name; UTC unless given.' },
      task: { type: 'object', additionalProperties: false, required: ['goal'], properties: taskProperties },
      deadlineAfterMs: {
        type: 'integer',
        minimum: 1000,
        maximum: LONGEST_WAIT_MS,
        description: 'A task ends so many milliseconds after its firing at the latest.',
      },
    },
  },
  'pause-schedule': schedule,
  'resume-schedule': schedule,
  'delete-schedule': schedule,
  'set-policy': {
    type: 'object',
    additionalProperties: false,
    required: ['basedOn', 'policy'],
    properties: { basedOn: version, policy: POLICY_SCHEMA },
  },
  'report-output': {
    type: 'object',
    additionalProperties: false,
    required: ['taskId', 'policyVersion', 'findings'],
    properties: {
      taskId: uuid,
      policyVersion: version,
      findings: { type: 'array', minItems: 1, maxItems: 20, items: { type: 'string', pattern: '^[a-z0-9 -]{1,100}$' } },
    },
  },
};

import { COMMAND_SCHEMAS, SCOPES } from '@octobus/contracts';
import { REPLAY_SLOTS } from '@octobus/jetstream';
import { AUDIT_KINDS } from '@octobus/read-models';
import { SCHEDULE_STATUSES } from '@octobus/schedule';
import { TASK_STATES } from '@octobus/task';
import { PROBLEMS } from '../problems/problem.ts';
import { guardMark, policySchemas } from './policy-schemas.ts';

const string = { type: 'string' } as const;
const time = { type: 'string', format: 'date-time' } as const;
const uuid = { type: 'string', format: 'uuid' } as const;
const whole = { type: 'integer', minimum: 0 } as const;
const flag = { type: 'boolean' } as const;
const amount = { type: 'string', pattern: '^[0-9]+$', description: 'Integer micro-dollars.' } as const;
const nullable = (schema: { readonly type: string }): object => ({ ...schema, type: [schema.type, 'null'] });

/** An object with all of these fields, and possibly those marked optional, and nothing else. */
const object = (required: Record<string, unknown>, optional: Record<string, unknown> = {}): object => ({
  type: 'object',
  additionalProperties: false,
  required: Object.keys(required),
  properties: { ...required, ...optional },
});
const list = (items: unknown): object => ({ type: 'array', items });
export const ref = (name: string): object => ({ $ref: `#/components/schemas/${name}` });

const state = { enum: [...TASK_STATES] };
const failure = object({ code: string, message: string }, { step: string });
const position = object({ stream: string, sequence: whole });
/** How far the read models are, a position for each stream of the log. */
const positions = list(position);
const screening = object(
  {},
  {
    verdict: { enum: ['pass', 'review', 'block'] },
    injectionScore: { type: ['number', 'string'] },
    signals: list(string),
    masked: list(string),
    policyVersion: whole,
  },
);

const step = object(
  {
    id: string,
    agent: string,
    arm: string,
    attempt: whole,
    state: { enum: ['scheduled', 'waiting', 'done', 'failed', 'closed'] },
    scheduledAt: time,
  },
  { dueAt: time, doneAt: time, durationMs: whole, note: string, failure },
);
const citation = object({
  n: whole,
  documentId: uuid,
  name: string,
  startLine: whole,
  endLine: whole,
  startByte: whole,
  endByte: whole,
  text: string,
});
const timelineLine = object(
  { sequence: whole, at: time, afterMs: whole, type: string, actor: string, note: string },
  { step: string, attempt: whole, arm: string },
);
const result = {
  answer: string,
  sentences: list(object({ text: string, citations: list(whole) })),
  citations: list(citation),
  outputs: list(object({ step: string, parts: list({ type: 'object' }) })),
};
const resultMarks = {
  guard: guardMark,
  withheld: { ...whole, description: 'Sentences that the judge did not let through.' },
  found: flag,
  offline: { ...flag, description: 'True: extracted by rules, no model wrote it.' },
};

const listedLetter = {
  id: string,
  tenant: string,
  buriedAt: time,
  service: string,
  cause: string,
  deliveries: whole,
  aggregate: string,
  about: string,
  subject: string,
  stream: string,
  sequence: whole,
  storedAt: nullable(time),
  payloadKept: flag,
};
const scheduleState = { enum: ['requested', ...SCHEDULE_STATUSES.filter((status) => status !== 'deleted')] };
const schedule = {
  id: uuid,
  name: string,
  state: scheduleState,
  cron: string,
  timeZone: string,
  owner: string,
  createdAt: time,
  fired: whole,
};
const scheduleMarks = { deadlineAfterMs: whole, nextAt: time, lastTask: uuid, lastDueAt: time };

/** Bodies of requests and answers by name. */
export const schemas: Readonly<Record<string, object>> = {
  SubmitTask: COMMAND_SCHEMAS.submit,
  SubmittedTask: object({
    id: uuid,
    state: { enum: ['received', 'accepted'] },
    repeated: flag,
    durability: { enum: ['fsync', 'flushed', 'replicated'] },
  }),
  Task: object(
    {
      id: uuid,
      state,
      goal: string,
      owner: string,
      createdAt: time,
      updatedAt: time,
      steps: list(step),
      spentMicroUsd: amount,
      events: whole,
      lastSequence: whole,
    },
    {
      deadline: time,
      erased: flag,
      planOrigin: string,
      screening,
      failure,
      newerEvents: { ...whole, description: 'Events that only a newer release can read; the rest is without them.' },
      answeredFrom: { ...uuid, description: 'The earlier task whose result this is: the same request, asked before.' },
      result: object(result, resultMarks),
    },
  ),
  SubjectName: COMMAND_SCHEMAS.erase,
  SubjectState: object({ dataSubject: uuid, state: { enum: ['unknown', 'known', 'erased'] } }, { knownSince: time, erasedAt: time }),
  ErasedSubject: object({ dataSubject: uuid, state: { enum: ['erasing', 'erased'] } }),
  TaskResult: object({ id: uuid, state, spentMicroUsd: amount, ...result }, resultMarks),
  TaskList: object(
    {
      items: list(
        object({
          id: uuid,
          state,
          owner: string,
          createdAt: time,
          updatedAt: time,
          endedAt: nullable(time),
          stepsTotal: whole,
          stepsDone: whole,
          spentMicroUsd: amount,
          planOrigin: nullable(string),
          failureCode: nullable(string),
        }),
      ),
      positions,
    },
    { nextCursor: string },
  ),
  Timeline: object({
    items: list(timelineLine),
    position,
  }),
  TaskReplay: object({
    task: ref('Task'),
    timeline: list(timelineLine),
    later: { ...whole, description: 'Events of the task behind the point.' },
    unknown: { type: 'object', additionalProperties: whole, description: 'Events of a newer release that were left out, by type.' },
    ignored: { ...whole, description: 'Messages left out because their envelope does not fit their subject.' },
  }),
  CloudEvent: {
    type: 'object',
    required: ['specversion', 'id', 'source', 'type', 'octostream', 'octosequence', 'octosubject', 'octostored'],
    properties: {
      specversion: { const: '1.0' },
      id: string,
      source: { ...string, format: 'uri-reference' },
      type: string,
      subject: string,
      time,
      datacontenttype: { const: 'application/json' },
      octostream: string,
      octosequence: string,
      octosubject: string,
      octoerased: { const: true, description: 'The person was erased: the content stays sealed.' },
      octostored: time,
      octoguard: { ...string, description: 'Content was taken out before it was sent: the verdict and the version of the policy.' },
      octocursor: { ...string, description: 'Goes on behind this event, as `from` or `Last-Event-ID`.' },
      data: {},
    },
    additionalProperties: string,
  },
  OpenReplay: object(
    {},
    {
      from: { ...string, maxLength: 200, description: 'A sequence or a time (RFC 3339), inclusive, or a cursor; absent: the first event.' },
      task: { ...uuid, description: 'Only this task.' },
      slot: {
        type: 'integer',
        minimum: 1,
        maximum: REPLAY_SLOTS.length,
        description: 'The durable to take, whoever reads it; absent: one that nobody reads.',
      },
    },
  ),
  OpenedReplay: object({
    slot: whole,
    filter: string,
    durables: list(object({ stream: string, durable: string, after: whole })),
  }),
  ClosedReplay: object({ slot: whole, durable: string }),
  ReplayList: object({
    items: list(object({ slot: whole, durable: string, filter: string, actor: string, openedAt: time, usedAt: time, inUse: flag })),
  }),
  CancelRequested: object({ id: uuid, state, cancelRequested: flag }),
  CreateSchedule: COMMAND_SCHEMAS['create-schedule'],
  CreatedSchedule: object({
    id: uuid,
    state: { enum: ['received', 'requested'] },
    durability: { enum: ['fsync', 'flushed', 'replicated'] },
  }),
  ScheduleList: object({ items: list(object(schedule, scheduleMarks)) }),
  ScheduleDetails: object(schedule, {
    ...scheduleMarks,
    task: { type: 'object', description: 'What each firing submits; absent when the person whom it is about was erased.' },
    erased: flag,
  }),
  ScheduleChange: object({ id: uuid, state: scheduleState, requested: { enum: ['pause', 'resume', 'delete'] } }),
  IngestedDocument: object({ id: uuid, version: string, state: { enum: ['received', 'accepted'] } }),
  DocumentList: object(
    {
      items: list(
        object(
          {
            id: uuid,
            name: string,
            digest: string,
            mediaType: string,
            size: whole,
            chunks: whole,
            state: { enum: ['indexed', 'refused'] },
            version: string,
          },
          { reason: string },
        ),
      ),
      sequence: whole,
    },
    { nextCursor: string },
  ),
  AgentList: object({ items: list(object({ name: string, version: whole, arm: string, description: string, plannable: flag })) }),
  UsageList: object({
    items: list(object({ hour: time, model: string, calls: whole, inputTokens: whole, outputTokens: whole, costMicroUsd: amount })),
    positions,
  }),
  DeadLetterList: object({ items: list(object(listedLetter)) }, { nextCursor: string }),
  DeadLetter: object(
    {
      ...listedLetter,
      digest: string,
      attributes: { type: 'object', additionalProperties: string },
      headers: list(object({ name: string, value: string })),
    },
    { payload: string, encoding: { enum: ['utf-8', 'base64'] }, erased: flag },
  ),
  LetterAnswer: object({ id: string, state: { enum: ['requested', 'redriven', 'dropped'] } }, { verb: string, target: string }),
  AuditList: object(
    {
      items: list(
        object({
          at: time,
          id: string,
          tenant: string,
          kind: { enum: [...AUDIT_KINDS] },
          action: string,
          actor: string,
          origin: nullable(string),
          aggregate: string,
          target: nullable(string),
          code: nullable(string),
          source: nullable(string),
          count: whole,
        }),
      ),
      positions,
    },
    { nextCursor: string },
  ),
  ...policySchemas,
  CreateKey: object({}, { scopes: list({ enum: [...SCOPES] }), label: string, expiresAt: time, tenant: string }),
  CreatedKey: object({
    keyId: string,
    key: { ...string, description: 'Shown here and never again.' },
    tenant: string,
    scopes: list(string),
  }),
  KeyList: object({
    items: list(
      object({
        keyId: string,
        scopes: list(string),
        label: nullable(string),
        createdAt: time,
        expiresAt: nullable(time),
        revokedAt: nullable(time),
      }),
    ),
    positions,
  }),
  RevokedKey: object({ keyId: string, revoked: flag }),
  CreateTenant: COMMAND_SCHEMAS['create-tenant'],
  CreatedTenant: object({ name: string }),
  Session: object({ path: string, expiresInSeconds: whole }),
  Live: object({ status: { const: 'ok' } }),
  Ready: object({
    status: { enum: ['ok', 'degraded'] },
    durability: string,
    checks: { type: 'object', additionalProperties: string },
    log: object({ events: whole, bytes: whole, maxEvents: whole, maxBytes: whole }),
  }),
  Problem: object(
    {
      type: string,
      title: string,
      status: { type: 'integer' },
      code: { enum: Object.keys(PROBLEMS) },
      category: string,
      retryable: flag,
      requestId: string,
    },
    { detail: string, errors: list(object({ pointer: string, message: string })) },
  ),
};

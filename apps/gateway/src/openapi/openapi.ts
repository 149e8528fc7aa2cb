import { REPLAY_SLOTS } from '@octobus/jetstream';
import { AUDIT_KINDS } from '@octobus/read-models';
import { ref, schemas } from './schemas.ts';

const json = (name: string): object => ({ 'application/json': { schema: ref(name) } });
const problem = { description: 'What went wrong (RFC 9457).', content: { 'application/problem+json': { schema: ref('Problem') } } };
const plain = (type: string, description: string): object => ({ description, content: { [type]: { schema: { type: 'string' } } } });
const redirect = {
  description: 'To the page, with a session when the code was good.',
  headers: { location: { schema: { type: 'string' } } },
};
const stream = { description: 'Server-sent events.', content: { 'text/event-stream': { schema: { type: 'string' } } } };

const events = {
  description: 'CloudEvents 1.0: one a line, or one a message with its cursor as the id.',
  content: { 'application/x-ndjson': { schema: ref('CloudEvent') }, ...stream.content },
};

interface Route {
  readonly summary: string;
  readonly answers: Readonly<Record<string, string | object>>;
  readonly body?: object;
  readonly parameters?: readonly object[];
  /** False: reachable without a key. */
  readonly key?: false;
}

/** One operation. Every one may also answer with a problem document. */
function operation({ summary, answers, body, parameters = [], key }: Route): object {
  const responses = Object.fromEntries(
    Object.entries(answers).map(([status, answer]) => [
      status,
      typeof answer === 'string' ? { description: summary, content: json(answer) } : answer,
    ]),
  );
  return {
    summary,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: { required: true, content: body } }),
    responses: { ...responses, default: problem },
    ...(key === false ? { security: [] } : {}),
  };
}

const inHeader = (name: string, description: string): object => ({
  name,
  in: 'header',
  required: false,
  description,
  schema: { type: 'string' },
});
const inQuery = (name: string, schema: object, required = false): object => ({ name, in: 'query', required, schema });
const inPath = (name: string, schema: object): object => ({ name, in: 'path', required: true, schema });
const letterId = inPath('id', { type: 'string' });
const taskId = inPath('id', { type: 'string', format: 'uuid' });
const scheduleId = taskId;

const paths = {
  '/v1/tasks': {
    post: operation({
      summary: 'Submit a task',
      body: json('SubmitTask'),
      parameters: [
        inHeader('Idempotency-Key', 'The same key with the same body is the same task; with another body 422.'),
        inHeader('Prefer', '"wait=N": answers when the task has ended, after N seconds (at most 60) at the latest.'),
      ],
      answers: { '200': 'Task', '202': 'SubmittedTask' },
    }),
    get: operation({
      summary: 'List tasks, newest first',
      parameters: [
        inQuery('limit', { type: 'integer', minimum: 1, maximum: 200 }),
        inQuery('cursor', { type: 'string' }),
        inQuery('state', { type: 'string' }),
      ],
      answers: { '200': 'TaskList' },
    }),
  },
  '/v1/tasks/{id}': { get: operation({ summary: 'One task, folded from the log', parameters: [taskId], answers: { '200': 'Task' } }) },
  '/v1/tasks/{id}/timeline': { get: operation({ summary: 'Every event of a task', parameters: [taskId], answers: { '200': 'Timeline' } }) },
  '/v1/tasks/{id}/replay': {
    get: operation({
      summary: 'State and timeline of a task as of a point, folded from its events',
      parameters: [taskId, inQuery('at', { type: 'string', description: 'A sequence or a time (RFC 3339), inclusive; absent: now.' })],
      answers: { '200': 'TaskReplay' },
    }),
  },
  '/v1/tasks/{id}/result': { get: operation({ summary: 'What came out', parameters: [taskId], answers: { '200': 'TaskResult' } }) },
  '/v1/tasks/{id}/cancel': { post: operation({ summary: 'Stop a task', parameters: [taskId], answers: { '202': 'CancelRequested' } }) },
  '/v1/tasks/{id}/events': {
    get: operation({
      summary: 'Timeline as it happens: history, then live, `done` last',
      parameters: [taskId, inHeader('Last-Event-ID', 'Only events after this sequence.')],
      answers: { '200': stream },
    }),
  },
  '/v1/schedules': {
    post: operation({
      summary: 'Create a schedule: at each of its times it submits the task',
      body: json('CreateSchedule'),
      parameters: [inHeader('Idempotency-Key', 'The same key with the same body is the same schedule; with another body 422.')],
      answers: { '202': 'CreatedSchedule' },
    }),
    get: operation({ summary: 'Schedules, oldest first', answers: { '200': 'ScheduleList' } }),
  },
  '/v1/schedules/{id}': {
    get: operation({ summary: 'One schedule, folded from the log', parameters: [scheduleId], answers: { '200': 'ScheduleDetails' } }),
    delete: operation({ summary: 'Delete a schedule; its tasks stay', parameters: [scheduleId], answers: { '202': 'ScheduleChange' } }),
  },
  '/v1/schedules/{id}/pause': {
    post: operation({ summary: 'No firing until it is resumed', parameters: [scheduleId], answers: { '202': 'ScheduleChange' } }),
  },
  '/v1/schedules/{id}/resume': {
    post: operation({ summary: 'Fires again, from its next time on', parameters: [scheduleId], answers: { '202': 'ScheduleChange' } }),
  },
  '/v1/events': {
    get: operation({
      summary:
        "The tenant's events as CloudEvents from a place of the log on, as lines to its end or (Accept: text/event-stream) going on live; without `from` and Accept, what happens from now on, without content",
      parameters: [
        inQuery('from', {
          type: 'string',
          description: 'A sequence or a time (RFC 3339), inclusive, or a cursor; absent: the first event.',
        }),
        inQuery('task', { type: 'string', format: 'uuid', description: 'Only this task; lines only.' }),
        inHeader('Last-Event-ID', 'A cursor: goes on behind it, whatever `from` says.'),
      ],
      answers: { '200': events },
    }),
  },
  '/v1/replays': {
    get: operation({ summary: 'Replays of the tenant that are open, and who opened them', answers: { '200': 'ReplayList' } }),
    post: operation({
      summary: 'Prepare a durable over which any NATS client of the tenant reads its events from a place on',
      body: json('OpenReplay'),
      answers: { '201': 'OpenedReplay' },
    }),
  },
  '/v1/replays/{slot}': {
    delete: operation({
      summary: 'Close a replay, whoever opened it',
      parameters: [inPath('slot', { type: 'integer', minimum: 1, maximum: REPLAY_SLOTS.length })],
      answers: { '200': 'ClosedReplay' },
    }),
  },
  '/v1/documents': {
    post: operation({
      summary: 'Ingest a document: the body is its bytes, up to 50 MB',
      parameters: [
        inQuery('name', { type: 'string', minLength: 1, maxLength: 500 }, true),
        inQuery('dataSubject', { type: 'string', minLength: 1, maxLength: 200 }),
      ],
      body: { 'text/plain': {}, 'text/markdown': {}, 'text/html': {}, 'application/json': {} },
      answers: { '202': 'IngestedDocument' },
    }),
    get: operation({
      summary: 'Documents, by id',
      parameters: [inQuery('limit', { type: 'integer', minimum: 1, maximum: 500 }), inQuery('cursor', { type: 'string' })],
      answers: { '200': 'DocumentList' },
    }),
  },
  '/v1/agents': { get: operation({ summary: 'Agents that a plan may name', answers: { '200': 'AgentList' } }) },
  '/v1/usage': {
    get: operation({ summary: 'What models have cost, by hour and model, in the last seven days', answers: { '200': 'UsageList' } }),
  },
  '/v1/dead-letters': {
    get: operation({
      summary: 'Messages that were given up on, oldest first; the operator sees those of all tenants',
      parameters: [
        inQuery('limit', { type: 'integer', minimum: 1, maximum: 200 }),
        inQuery('cursor', { type: 'string' }),
        inQuery('tenant', { type: 'string' }),
      ],
      answers: { '200': 'DeadLetterList' },
    }),
  },
  '/v1/dead-letters/{id}': {
    get: operation({
      summary: 'One of them, with its headers and its payload where it was kept',
      parameters: [letterId],
      answers: { '200': 'DeadLetter' },
    }),
    delete: operation({ summary: 'Remove it for good', parameters: [letterId], answers: { '200': 'LetterAnswer', '202': 'LetterAnswer' } }),
  },
  '/v1/dead-letters/{id}/redrive': {
    post: operation({
      summary: 'Send the command again, or ask again for what the event was about; once, however often it is asked',
      parameters: [letterId],
      answers: { '200': 'LetterAnswer', '202': 'LetterAnswer' },
    }),
  },
  '/v1/audit': {
    get: operation({
      summary: 'Who asked for what, and what was refused, newest first; the operator sees all tenants',
      parameters: [
        inQuery('actor', { type: 'string' }),
        inQuery('kind', { enum: [...AUDIT_KINDS] }),
        inQuery('action', { type: 'string' }),
        inQuery('from', { type: 'string', format: 'date-time' }),
        inQuery('to', { type: 'string', format: 'date-time' }),
        inQuery('tenant', { type: 'string' }),
        inQuery('limit', { type: 'integer', minimum: 1, maximum: 200 }),
        inQuery('cursor', { type: 'string' }),
      ],
      answers: { '200': 'AuditList' },
    }),
  },
  '/v1/policy': {
    get: operation({ summary: 'What the tenant lets in and out', answers: { '200': 'Policy' } }),
    put: operation({
      summary: 'Set the next version of the policy, in force everywhere within a second',
      body: json('SetPolicy'),
      answers: { '200': 'AdoptedPolicy', '202': 'AdoptedPolicy' },
    }),
  },
  '/v1/policy/history': { get: operation({ summary: 'Every version, oldest first', answers: { '200': 'PolicyHistory' } }) },
  '/v1/keys': {
    post: operation({ summary: 'Create an API key', body: json('CreateKey'), answers: { '202': 'CreatedKey' } }),
    get: operation({ summary: 'List API keys', answers: { '200': 'KeyList' } }),
  },
  '/v1/keys/{id}': {
    delete: operation({ summary: 'Revoke a key', parameters: [inPath('id', { type: 'string' })], answers: { '202': 'RevokedKey' } }),
  },
  '/v1/subjects/{id}': {
    get: operation({
      summary: 'Whether a person, by token, is known or erased',
      parameters: [inPath('id', { type: 'string', format: 'uuid' })],
      answers: { '200': 'SubjectState' },
    }),
  },
  '/v1/subjects/export': {
    post: operation({
      summary: 'All that the log holds of a person, content in the clear',
      body: json('SubjectName'),
      answers: { '200': { description: 'A line of JSON an event.', content: { 'application/x-ndjson': {} } } },
    }),
  },
  '/v1/subjects/erase': {
    post: operation({ summary: 'Destroy the keys of a person, for ever', body: json('SubjectName'), answers: { '202': 'ErasedSubject' } }),
  },
  '/v1/tenants': {
    post: operation({
      summary: 'Create a tenant (keys of the platform only)',
      body: json('CreateTenant'),
      answers: { '202': 'CreatedTenant' },
    }),
  },
  '/v1/sessions': { post: operation({ summary: 'A one-time sign-in link for the page', answers: { '201': 'Session' } }) },
  '/livez': { get: operation({ summary: 'The process is up', answers: { '200': 'Live' }, key: false }) },
  '/readyz': { get: operation({ summary: 'What it depends on answers', answers: { '200': 'Ready', '503': 'Ready' }, key: false }) },
  '/metrics': {
    get: operation({ summary: 'Figures for Prometheus', answers: { '200': plain('text/plain', 'Text exposition format.') }, key: false }),
  },
  '/openapi.json': {
    get: operation({
      summary: 'This document',
      answers: { '200': { description: 'OpenAPI 3.1.', content: { 'application/json': { schema: { type: 'object' } } } } },
      key: false,
    }),
  },
  '/': { get: operation({ summary: 'The page', answers: { '200': plain('text/html', 'Static, without data.') }, key: false }) },
  '/console.js': { get: operation({ summary: 'Script of the page', answers: { '200': plain('text/javascript', 'Static.') }, key: false }) },
  '/console.css': { get: operation({ summary: 'Style of the page', answers: { '200': plain('text/css', 'Static.') }, key: false }) },
  '/signin': {
    get: operation({
      summary: 'Opens a session by the code of a one-time link',
      parameters: [inQuery('code', { type: 'string' })],
      answers: { '303': redirect },
      key: false,
    }),
  },
};

const shapes = Object.entries(paths).map(([path, operations]) => ({
  segments: path.split('/'),
  methods: Object.keys(operations).flatMap((method) => (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()])),
}));

/** Methods that a path knows; none: there is no such path. */
export function methodsOf(path: string): readonly string[] {
  const segments = path.split('/');
  const fits = (shape: readonly string[]): boolean =>
    shape.length === segments.length && shape.every((segment, i) => segment.startsWith('{') || segment === segments[i]);
  return shapes.flatMap((shape) => (fits(shape.segments) ? shape.methods : []));
}

/** The API as OpenAPI 3.1; tests hold real answers against it. */
export const openApiDocument: Readonly<Record<string, unknown>> = {
  openapi: '3.1.0',
  info: {
    title: 'Octobus',
    version: '0.1.0',
    description: 'Event-sourced LLM-agent tasks. Money is integer micro-dollars in decimal strings; times are RFC 3339 in UTC.',
    license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
  },
  servers: [{ url: '/' }],
  security: [{ key: [] }],
  components: {
    securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'An API key: octo_<id>_<secret>.' } },
    schemas,
  },
  paths,
};

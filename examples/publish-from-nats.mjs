// Ingests a document, submits a question about it, watches the task live and reads its events again from the tenant's durable:
// with the classic `nats` package and the credentials file alone, no code of Octobus.
//
//   node examples/publish-from-nats.mjs [path of the credentials file]
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect, headers, JSONCodec } from 'nats';

const { tenant, natsUrl, url, apiKey } = JSON.parse(readFileSync(process.argv[2] ?? '.octo/credentials', 'utf8'));
const { host, username, password } = new URL(natsUrl);
const connection = await connect({ servers: host, user: username, pass: decodeURIComponent(password) });
const js = connection.jetstream();
const json = JSONCodec();
const WITHIN_MS = 20_000;

/** Publishes a command as a CloudEvent; resolves when it is stored. `subject`: the id that a task is to have. */
async function command(verb, body, { id = randomUUID(), subject } = {}) {
  const event = headers();
  event.set('ce-specversion', '1.0');
  event.set('ce-id', id);
  event.set('ce-type', `octobus.${verb}.v1`);
  event.set('ce-source', 'examples/publish-from-nats');
  event.set('content-type', 'application/json');
  if (subject !== undefined) event.set('ce-subject', subject);
  await js.publish(`ingress.${tenant}.${verb}`, json.encode(body), { headers: event });
  return id;
}

/** Messages of the live feed until `last` says so. The subscription must be there before the command is published. */
function watch(filter) {
  const subscription = connection.subscribe(filter);
  const timer = setTimeout(() => subscription.unsubscribe(), WITHIN_MS);
  return async function until(last) {
    for await (const message of subscription) {
      const event = { type: message.headers?.get('ce-type') ?? '', subject: message.subject, data: json.decode(message.data) };
      if (!last(event)) continue;
      clearTimeout(timer);
      subscription.unsubscribe();
      return event;
    }
    throw new Error(`nothing more came under ${filter} within ${WITHIN_MS / 1000} s`);
  };
}

const documents = watch(`pub.evt.*.${tenant}.document.>`);
await connection.flush();
const ingest = await command('ingest', {
  name: 'examples/lighthouse.md',
  mediaType: 'text/markdown',
  text: '# The lighthouse\n\nThe lighthouse of Westerhever was built in 1906. Its light reaches 21 nautical miles.\n',
});
const indexed = await documents(
  ({ type, data }) => type.startsWith('document.') && !type.includes('requested') && data.commandId === ingest,
);
const documentId = indexed.subject.split('.')[5];
console.log(`document ${documentId}  ${indexed.type}`);

const taskId = randomUUID();
const task = watch(`pub.evt.*.${tenant}.task.${taskId}.>`);
await connection.flush();
await command('submit', { goal: 'When was the lighthouse of Westerhever built?', documents: [documentId] }, { subject: taskId });
const end = await task(({ type, subject }) => {
  console.log(`live     ${type.padEnd(24)} ${subject.split('.').slice(6).join('.')}`);
  return /^task\.(completed|failed|cancelled|expired|rejected)\./.test(type);
});
// Events hold content sealed; over REST it is opened for its tenant.
const response = await fetch(`${url}/v1/tasks/${taskId}`, { headers: { authorization: `Bearer ${apiKey}` } });
const { result } = await response.json();
console.log(`answer   ${result?.answer ?? end.type}`);

// The durable t-<tenant> holds every event of the tenant, from the first one, at this reader's pace. It is made for you: clients can't make consumers.
const consumer = await js.consumers.get('EVENTS', `t-${tenant}`);
let read = 0;
const deadline = Date.now() + WITHIN_MS;
for (let found = false; !found && Date.now() < deadline;) {
  for await (const message of await consumer.fetch({ max_messages: 500, expires: 1_000 })) {
    message.ack();
    const mine = message.subject.split('.')[4] === taskId;
    if (mine) read++;
    if (mine && message.headers?.get('ce-type') === end.type) found = true;
  }
}
console.log(`durable  ${read} events of task ${taskId}`);
await connection.drain();
process.exitCode = end.type === 'task.completed.v1' && result?.found === true && read > 0 ? 0 : 1;

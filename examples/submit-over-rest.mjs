// Sends a document and a task over REST, follows the task's event stream across a reconnect and reads the answer, with nothing but fetch.
//
//   node examples/submit-over-rest.mjs [path of the credentials file]
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';

const { url, apiKey } = JSON.parse(readFileSync(process.argv[2] ?? '.octo/credentials', 'utf8'));
const WITHIN_MS = 20_000;

async function api(method, path, { body, headers = {} } = {}) {
  const signal = AbortSignal.timeout(WITHIN_MS);
  const response = await fetch(`${url}${path}`, { method, body, headers: { authorization: `Bearer ${apiKey}`, ...headers }, signal });
  if (response.ok) return response;
  const { status, code, detail, errors } = await response.json();
  throw new Error(`${status} ${code}: ${detail ?? ''} ${JSON.stringify(errors ?? [])}`);
}

/** Messages of an event stream after `lastEventId`; breaking out of the loop closes the connection. */
async function* events(path, lastEventId) {
  const response = await api('GET', path, { headers: { accept: 'text/event-stream', 'last-event-id': lastEventId } });
  let text = '';
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const messages = (text + chunk).split('\n\n');
    text = messages.pop() ?? '';
    for (const message of messages) {
      const field = (name) =>
        message
          .split('\n')
          .find((line) => line.startsWith(`${name}: `))
          ?.slice(name.length + 2);
      if (field('data') !== undefined) yield { id: field('id'), event: field('event'), data: JSON.parse(field('data')) };
    }
  }
}

const text = '# The lighthouse\n\nThe lighthouse of Westerhever was built in 1906. Its light reaches 21 nautical miles.\n';
const ingest = { body: text, headers: { 'content-type': 'text/markdown' } };
const document = await (await api('POST', '/v1/documents?name=examples/lighthouse.md', ingest)).json();
for (const end = Date.now() + WITHIN_MS; ; await new Promise((resolve) => setTimeout(resolve, 20))) {
  const { items } = await (await api('GET', '/v1/documents')).json();
  if (items.some(({ id, version }) => id === document.id && version === document.version)) break;
  if (Date.now() > end) throw new Error('the document is not indexed yet');
}
console.log(`document ${document.id}`);

const goal = JSON.stringify({ goal: 'How far does the light of Westerhever reach?', documents: [document.id] });
const submit = { body: goal, headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() } };
const first = await (await api('POST', '/v1/tasks', submit)).json();
const again = await (await api('POST', '/v1/tasks', submit)).json();
console.log(`task     ${first.id}  ${first.state}, sent again: ${again.id === first.id ? 'the same task' : 'ANOTHER TASK'}`);

const seen = [];
let state = '';
for (let broken = false; state === '';) {
  for await (const { id, event, data } of events(`/v1/tasks/${first.id}/events`, seen.at(-1) ?? '0')) {
    if (event === 'done') {
      state = data.state;
      break;
    }
    seen.push(id);
    console.log(`event    ${id.padEnd(6)} ${event}`);
    if (seen.length < 3 || broken) continue;
    broken = true;
    console.log('         (connection closed; going on with Last-Event-ID)');
    break;
  }
}

const result = await (await api('GET', `/v1/tasks/${first.id}/result`)).json();
console.log(`answer   ${result.answer}`);
for (const { n, name, startLine, endLine } of result.citations) console.log(`         [${n}] ${name}:${startLine}-${endLine}`);
const everyEventOnce = new Set(seen).size === seen.length;
process.exitCode = state === 'completed' && result.found && again.id === first.id && everyEventOnce ? 0 : 1;

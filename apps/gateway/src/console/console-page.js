// The page of the gateway: list from the read models, one task followed live. Text from tasks is only ever set as text.
const byId = (id) => document.getElementById(id);
const rows = new Map();
let cursor;
let followed;
let stream;

const element = (name, text, ...children) => {
  const node = document.createElement(name);
  if (text !== undefined) node.textContent = text;
  node.append(...children);
  return node;
};
const dollars = (micro) => `$${(Number(micro) / 1e6).toFixed(6)}`;
const clock = (at) => (at ? new Date(at).toLocaleTimeString() : '');

async function get(path) {
  const response = await fetch(path, { headers: { accept: 'application/json' } });
  if (response.status === 401) throw new Error('signed-out');
  if (!response.ok) throw new Error((await response.json()).title);
  return response.json();
}

function show(task, first) {
  const open = element('button', task.id);
  open.addEventListener('click', () => follow(task.id));
  const row = element(
    'tr',
    undefined,
    ...[task.state, clock(task.createdAt), `${task.stepsDone ?? 0}/${task.stepsTotal ?? 0}`, dollars(task.spentMicroUsd ?? 0)].map((text) =>
      element('td', text),
    ),
    element('td', undefined, open),
  );
  row.setAttribute('aria-selected', String(task.id === followed));
  const old = rows.get(task.id);
  if (old) old.replaceWith(row);
  else if (first) byId('tasks').prepend(row);
  else byId('tasks').append(row);
  rows.set(task.id, row);
}

async function list(older) {
  const page = await get(`/v1/tasks?limit=30${older && cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`);
  if (older || rows.size === 0) cursor = page.nextCursor;
  for (const task of older ? page.items : [...page.items].reverse()) show(task, !older);
  byId('more').hidden = !cursor;
  byId('empty').hidden = rows.size > 0;
}

function line(entry) {
  const about = [entry.step, entry.note].filter(Boolean).join('  ');
  const item = element(
    'li',
    undefined,
    element('span', (entry.afterMs / 1000).toFixed(3)),
    element('span', entry.type.replace(/^task\.|\.v\d+$/g, '')),
    element('span', entry.actor.split(':')[0]),
    element('span', about),
  );
  byId('timeline').append(item);
}

function answerOf(task) {
  const box = byId('answer');
  box.replaceChildren();
  if (!task.result) return;
  if (task.result.offline) box.append(element('small', 'offline: extracted from the documents, not written by a model'));
  const { withheld = 0 } = task.result;
  if (withheld > 0) box.append(element('p', `${withheld} sentence(s) withheld: they don't follow from the passages they cite`));
  else if (task.result.found === false) box.append(element('p', 'not found in these documents'));
  for (const sentence of task.result.sentences)
    box.append(element('blockquote', `${sentence.text} ${sentence.citations.map((n) => `[${n}]`).join('')}`));
  for (const source of task.result.citations)
    box.append(element('small', `[${source.n}] ${source.name}:${source.startLine}-${source.endLine}`));
}

async function follow(id) {
  followed = id;
  stream?.close();
  for (const [task, row] of rows) row.setAttribute('aria-selected', String(task === id));
  byId('task').hidden = false;
  byId('timeline').replaceChildren();
  const load = async () => {
    const task = await get(`/v1/tasks/${id}`);
    byId('goal').textContent = task.goal;
    answerOf(task);
  };
  await load();
  stream = new EventSource(`/v1/tasks/${id}/events`);
  const seen = new Set();
  const types = [
    'accepted',
    'rejected',
    'cancel-requested',
    'steps-scheduled',
    'plan-adopted',
    'step-dispatched',
    'step-done',
    'call-started',
    'call-finished',
    'step-noted',
    'attempt-closed',
    'deadline-set',
    'step-delayed',
    'wait-begun',
    'wait-ended',
    'timer-fired',
    'completed',
    'failed',
    'cancelled',
    'expired',
  ];
  for (const type of types) {
    stream.addEventListener(`task.${type}.v1`, (event) => {
      if (seen.has(event.lastEventId)) return;
      seen.add(event.lastEventId);
      line(JSON.parse(event.data));
    });
  }
  stream.addEventListener('done', () => {
    stream.close();
    load().catch(() => undefined);
  });
}

function live() {
  const events = new EventSource('/v1/events');
  let pending;
  events.onopen = () => (byId('status').textContent = 'live');
  events.onerror = () => (byId('status').textContent = 'reconnecting');
  events.addEventListener('task', () => {
    pending ??= setTimeout(() => {
      pending = undefined;
      list(false).catch(() => undefined);
    }, 250);
  });
}

byId('more').addEventListener('click', () => void list(true));
try {
  await list(false);
  byId('main').hidden = false;
  live();
} catch (error) {
  byId('signin').hidden = error.message !== 'signed-out';
  byId('status').textContent = error.message === 'signed-out' ? 'signed out' : error.message;
}

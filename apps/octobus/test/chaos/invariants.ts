import { existsSync, readFileSync } from 'node:fs';
import { type EventLog, type RecordedEvent, matchesFilter } from '@octobus/event-log';
import { connectPostgres } from '@octobus/postgres';
import { type ReadModelDatabase, foldedEvents, readModelDigest } from '@octobus/read-models';
import { until } from '@octobus/stack';
import { withEmptyDatabase } from '../../src/bench/empty-database.ts';
import { projectAll } from '../../src/bench/read-log.ts';
import { databaseUrl, openLog } from '../../src/bench/stack-access.ts';
import type { Bus } from '@octobus/jetstream';
import { taskViolations } from '../../../../tools/sim/task-invariants.ts';
import type { Submitted } from './load.ts';

/** What clients were told can be held against it. */
interface TaskStory {
  readonly accepted: number;
  readonly ends: readonly string[];
}

/** The log as it stands: every task's story, and the subjects that were written twice though they belong to no task. */
interface Stories {
  readonly tasks: ReadonlyMap<string, TaskStory>;
  readonly ofTasks: readonly RecordedEvent[];
  readonly twice: readonly string[];
}

const SUBMIT = 'evt.*.*.task.*.request.submit.*';

/** Everything that isn't as it must be, a sentence each; none when all is well. */
export async function violations(options: {
  readonly admin: Bus;
  readonly folder: string;
  readonly submitted: readonly Submitted[];
  readonly ledger: string;
  readonly signal: AbortSignal;
}): Promise<readonly string[]> {
  const { log } = await openLog(options.admin, options.folder);
  const stories = await storiesOf(log);
  return [
    ...options.submitted.flatMap((task) => ofTask(task, stories.tasks.get(task.id))),
    ...taskViolations(stories.ofTasks).map(({ invariant, detail }) => `${invariant}: ${detail}`),
    ...stories.twice.map((subject) => `${subject} was written twice`),
    ...ofLedger(options.ledger),
    ...(await ofReadModels(options)),
  ];
}

async function storiesOf(log: EventLog): Promise<Stories> {
  const tasks = new Map<string, { accepted: number; ends: string[] }>();
  const ofTasks: RecordedEvent[] = [];
  const subjects = new Set<string>();
  const twice: string[] = [];
  const take = (event: RecordedEvent): void => {
    const { aggregate, id, facet } = event.address;
    if (aggregate !== 'task') {
      if (subjects.has(event.subject)) twice.push(event.subject);
      subjects.add(event.subject);
      return;
    }
    ofTasks.push(event);
    const story = tasks.get(id) ?? { accepted: 0, ends: [] };
    tasks.set(id, story);
    if (matchesFilter(SUBMIT, event.subject)) story.accepted++;
    if (facet.join('.') === 'flow.end') story.ends.push(event.body.type);
  };
  for await (const batch of log.read('evt.>', 1)) batch.forEach(take);
  return { tasks, ofTasks, twice };
}

function ofTask({ id, state }: Submitted, story: TaskStory | undefined): readonly string[] {
  if (story === undefined || story.accepted !== 1)
    return [`task ${id} was acknowledged and stands ${story?.accepted ?? 0} times in the log`];
  const wrong: string[] = [];
  // A submission that is screened after its deadline is rejected: that is its end.
  if (state !== 'rejected' && story.ends.length !== 1) wrong.push(`task ${id} has ${story.ends.length} ends`);
  if (story.ends.some((end) => end !== `task.${state}.v1`)) wrong.push(`task ${id} was told to be ${state} and is ${story.ends[0]}`);
  return wrong;
}

/** A call that must not happen twice was made at most once, in all attempts of its step together. */
function ofLedger(file: string): readonly string[] {
  if (!existsSync(file)) return [];
  const counts = new Map<string, number>();
  for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) counts.set(line, (counts.get(line) ?? 0) + 1);
  return [...counts].filter(([, count]) => count > 1).map(([call, count]) => `the call ${call} was made ${count} times`);
}

/** The rows must equal those that a projector folds into an empty database. */
async function ofReadModels({ admin, folder, signal }: { admin: Bus; folder: string; signal: AbortSignal }): Promise<readonly string[]> {
  const { parts } = await openLog(admin, folder);
  const lasts = await Promise.all(parts.map(({ log }) => log.lastSequence()));
  const events = lasts.reduce((sum, last) => sum + last, 0);
  const db = connectPostgres<ReadModelDatabase>(databaseUrl(folder, {}), { max: 1, applicationName: 'octobus-chaos' });
  try {
    const folded = await until(async () => ((await foldedEvents(db).catch(() => 0)) >= events ? true : undefined), { withinMs: 30_000 });
    if (folded !== true) return [`the read models have folded ${await foldedEvents(db)} of ${events} events after 30 s`];
    const live = await readModelDigest(db);
    const fresh = await withEmptyDatabase(signal, async (empty) => {
      await projectAll(parts, empty);
      return readModelDigest(empty);
    });
    return live === fresh ? [] : ['the read models differ from a fresh fold of the log'];
  } finally {
    await db.destroy();
  }
}

import type { Command } from 'commander';
import type { TaskView } from '@octobus/task';
import { Fault } from '@octobus/kernel';
import { createHash } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { Client } from '../client/client.ts';
import { type NotRead, readDocuments } from '../documents/read-documents.ts';
import type { Io } from '../io.ts';
import type { ClientContext } from './task.ts';
import { answerText } from '../output/answer-text.ts';
import { followTask } from '../output/follow-task.ts';
import { printable } from '../output/timeline-text.ts';

export interface Asked {
  readonly view: TaskView;
  readonly durationMs: number;
  readonly documents: number;
  readonly chunks: number;
}

export function askCommand(program: Command, context: ClientContext): void {
  program
    .command('ask')
    .argument('<question>')
    .option('--docs <path...>', 'files and folders to answer from; without: every document of the tenant')
    .description('ask a question over documents and follow the task to its end; exit 0 only if it completed')
    .addHelpText('after', '\nExample:\n  npx octobus ask "How does Octobus survive a crash of an arm?" --docs docs README.md')
    .action(async (question: string, options: { docs?: string[] }) => {
      const io = context.io();
      const asked = await ask(context.client(), io, question, options.docs ?? [], process.cwd());
      io.result({ ...asked.view, durationMs: asked.durationMs }, () => answerText(asked.view, asked.durationMs));
      context.exit(asked.view.state === 'completed' ? 0 : 1);
    });
}

const AT_ONCE = 4;
const INDEXED_WITHIN_MS = 120_000;

/** Ingests the documents that are new or changed, asks the question over all of them, and follows the task to its end. */
export async function ask(client: Client, io: Io, question: string, paths: readonly string[], cwd: string): Promise<Asked> {
  const documents = paths.length === 0 ? undefined : await ingestAll(client, io, paths, cwd);
  const began = performance.now();
  const submitted = await client.submit({ goal: question, ...(documents === undefined ? {} : { documents: documents.ids }) });
  io.line(
    `Task ${submitted.id}  "${printable(question)}"${documents === undefined ? '' : `  over ${documents.ids.length} files, ${documents.chunks} chunks`}`,
  );
  const view = await followTask(client, io, submitted.id);
  return { view, durationMs: Math.round(performance.now() - began), documents: documents?.ids.length ?? 0, chunks: documents?.chunks ?? 0 };
}

interface Ingested {
  readonly ids: readonly string[];
  readonly chunks: number;
}

async function ingestAll(client: Client, io: Io, paths: readonly string[], cwd: string): Promise<Ingested> {
  const known = new Map((await client.documents()).items.map((document) => [document.name, document]));
  const ids: string[] = [];
  const sent = new Set<string>();
  const pending = new Set<Promise<void>>();
  const reading = readDocuments(paths, cwd);
  for await (const document of reading.documents) {
    const digest = createHash('sha256').update(document.bytes).digest('hex');
    const held = known.get(document.name);
    if (held?.digest === digest) {
      ids.push(held.id);
      continue;
    }
    const sending = client.ingest(document.name, document.mediaType, document.bytes).then((answer) => {
      ids.push(answer.id);
      sent.add(`${answer.id} ${answer.version}`);
    });
    const settled = sending.finally(() => pending.delete(settled));
    pending.add(settled);
    if (pending.size >= AT_ONCE) await Promise.race(pending);
  }
  await Promise.all(pending);
  sayUnread(io, reading.notRead);
  if (ids.length === 0)
    throw new Fault('no-documents', {
      retryable: false,
      message: `nothing to read in ${paths.join(', ')}: text, Markdown, HTML and source files are read`,
    });
  const chunks = await indexed(client, sent, new Set(ids));
  return { ids, chunks };
}

function sayUnread(io: Io, unread: readonly NotRead[]): void {
  for (const { path, reason } of unread.slice(0, 20)) io.line(`  ${printable(path)}: ${reason}`);
  if (unread.length > 20) io.line(`  and ${unread.length - 20} more that were not read`);
}

/** Waits until every version sent is searchable (or refused); gives the passages of the documents asked about. */
async function indexed(client: Client, sent: ReadonlySet<string>, ids: ReadonlySet<string>): Promise<number> {
  const deadline = performance.now() + INDEXED_WITHIN_MS;
  for (let wait = 5; ; wait = Math.min(500, wait * 2)) {
    const { items } = await client.documents();
    const seen = new Set(items.map((document) => `${document.id} ${document.version}`));
    const missing = [...sent].filter((version) => !seen.has(version));
    if (missing.length === 0) return items.filter((document) => ids.has(document.id)).reduce((sum, document) => sum + document.chunks, 0);
    if (performance.now() > deadline) {
      throw new Fault('documents-not-indexed', {
        retryable: true,
        message: `${missing.length} documents are not searchable after 120 s: look into .octo/logs`,
      });
    }
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

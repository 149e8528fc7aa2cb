import type { Command } from 'commander';
import type { LoopOptions, LoopResult } from '../../bench/closed-loop.ts';
import { type Conditions, conditionLines, rounded, underConditions } from '../../bench/conditions.ts';
import { type Latency, latencyOf } from '../../bench/latency.ts';
import type { Place } from '../../bench/place.ts';
import type { CpuByPart } from '../../bench/process-tree.ts';
import { clientsText, errorsText, latencyText } from '../../bench/report.ts';
import { submissionOf } from '../../bench/workload.ts';
import type { ClientContext } from '../task.ts';
import { wholeNumber } from '../arguments.ts';
import { AROUND_MS, ISOLATED, runBench } from './run-bench.ts';

const HELP = `
How much the gateway adds. Over keep-alive connections, one request under way on each: POST /v1/tasks of a task with one no-op step, and
GET /v1/tasks/{id} of one that completed five. Beside them what each contains: submitting over NATS to the ack and to the verdict of the
screening (which POST waits for), and the direct get of the task's events from the log. Latencies are compared with one client, rates are
taken with all. The stack works on the submitted tasks meanwhile.

Examples:
  octobus bench rest --clients 32
  octobus bench rest --isolated --duration 3 --json`;

interface RestOptions {
  readonly clients: number;
  readonly duration: number;
  readonly warmup: number;
  readonly isolated?: boolean;
}

interface Loop {
  readonly perSecond: number;
  readonly latencyMs: Latency;
  readonly errors: Readonly<Record<string, number>>;
}

type Target = 'submit' | 'submitAck' | 'submitVerdict' | 'get' | 'logGet';

export interface RestReport extends Conditions {
  readonly clients: number;
  readonly seconds: number;
  /** One client: what one request takes. */
  readonly alone: Readonly<Record<Target, Loop>>;
  /** All clients: what the gateway gets through, and the CPU time that each part of the stack takes for a request. */
  readonly together: Readonly<Record<'submit' | 'get', Loop & { readonly cpuMsARequest: CpuByPart | null }>>;
  /** p50 over REST less the p50 of what it contains, one client. */
  readonly addedP50Ms: { readonly submitOverAck: number; readonly submitOverVerdict: number; readonly get: number };
}

export function restCommand(bench: Command, context: ClientContext): void {
  bench
    .command('rest')
    .option('--clients <n>', 'connections', wholeNumber(1, 1000), 32)
    .option('--duration <seconds>', 'measured time of each of seven loops', wholeNumber(1, 600), 4)
    .option('--warmup <seconds>', 'before each', wholeNumber(0, 600), 1)
    .option(...ISOLATED)
    .description('requests a second, and the latency that the gateway adds')
    .addHelpText('after', HELP)
    .action((options: RestOptions) =>
      runBench(context, {
        where: { isolated: options.isolated === true },
        withinMs: 7 * (options.duration + options.warmup) * 1000 + AROUND_MS,
        measure: (place, signal) => measureRest(place, options, signal),
        text: restText,
        passed: ({ alone, together }) => [...Object.values(alone), ...Object.values(together)].every(isClean),
      }),
    );
}

const isClean = ({ perSecond, errors }: Loop): boolean => perSecond > 0 && Object.keys(errors).length === 0;

async function measureRest(place: Place, { clients, duration, warmup }: RestOptions, signal: AbortSignal): Promise<RestReport> {
  const load = await import('../../bench/rest-load.ts');
  const task = await completedTask(place);
  const loop = (many: number): LoopOptions => ({ clients: many, warmupMs: warmup * 1000, measureMs: duration * 1000, signal });
  const together = (work: () => Promise<LoopResult>): ReturnType<typeof withCpu> => withCpu(place, (duration + warmup) / duration, work);
  const measured = await underConditions(place.setting, place.processes, async () => ({
    get: loopOf(await load.getOverRest(place, task, loop(1))),
    logGet: loopOf(await load.getFromLog(place, task, loop(1))),
    getTogether: await together(() => load.getOverRest(place, task, loop(clients))),
    submit: loopOf(await load.submitOverRest(place, loop(1))),
    submitAck: loopOf(await load.submitOverNats(place, 'ack', loop(1))),
    submitVerdict: loopOf(await load.submitOverNats(place, 'verdict', loop(1))),
    submitTogether: await together(() => load.submitOverRest(place, loop(clients))),
  }));
  const { getTogether, submitTogether, ...alone } = measured.value;
  const added = (rest: Loop, contained: Loop): number => rounded(rest.latencyMs.p50 - contained.latencyMs.p50);
  return {
    ...measured.conditions,
    clients,
    seconds: duration,
    alone,
    together: { submit: submitTogether, get: getTogether },
    addedP50Ms: {
      submitOverAck: added(alone.submit, alone.submitAck),
      submitOverVerdict: added(alone.submit, alone.submitVerdict),
      get: added(alone.get, alone.logGet),
    },
  };
}

/** `whole`: all the time of the loop by the measured part of it. */
async function withCpu({ setting, processes }: Place, whole: number, work: () => Promise<LoopResult>) {
  const { value, conditions } = await underConditions(setting, processes, work);
  const requests = Math.max(1, value.latencies.length * whole);
  const aRequest = Object.entries(conditions.stackCpuMs ?? {}).map(([part, ms]): [string, number] => [part, rounded(ms / requests)]);
  return { ...loopOf(value), cpuMsARequest: conditions.stackCpuMs === null ? null : Object.fromEntries(aRequest) };
}

async function completedTask({ client }: Place): Promise<string> {
  const { id } = await client.submit(submissionOf({ steps: 5, substeps: false }), { prefer: 'wait=30' });
  return id;
}

const loopOf = ({ latencies, seconds, errors }: LoopResult): Loop => ({
  perSecond: rounded(latencies.length / seconds, 1),
  latencyMs: latencyOf(latencies),
  errors,
});

const NAMES: Readonly<Record<Target, string>> = {
  submit: 'POST /v1/tasks',
  submitAck: '  NATS, to the ack',
  submitVerdict: '  NATS, to the verdict',
  get: 'GET /v1/tasks/{id}',
  logGet: '  direct get of the log',
};

function cpuLine(cpu: CpuByPart | null): string {
  const parts = Object.entries(cpu ?? {}).filter(([, ms]) => ms >= WORTH_SAYING_MS);
  return `    CPU a request: ${parts.map(([part, ms]) => `${part} ${ms.toFixed(2)} ms`).join(', ') || 'unknown here'}`;
}

const WORTH_SAYING_MS = 0.005;

export function restText(report: RestReport): string {
  const { alone, together, addedP50Ms: added } = report;
  const line = (name: string, loop: Loop): string =>
    `  ${name.padEnd(24)} ${loop.perSecond.toFixed(1).padStart(8)}/s   ${latencyText(loop.latencyMs, 2)}   ${errorsText(loop.errors)}`;
  return [
    `REST, ${report.seconds} s each, one client:`,
    ...(Object.keys(NAMES) as Target[]).map((target) => line(NAMES[target], alone[target])),
    `  added at p50: GET ${added.get.toFixed(2)} ms over the direct get; POST ${added.submitOverVerdict.toFixed(2)} ms over the verdict, ${added.submitOverAck.toFixed(2)} ms over the ack`,
    `${clientsText(report.clients)}:`,
    line(NAMES.submit, together.submit),
    cpuLine(together.submit.cpuMsARequest),
    line(NAMES.get, together.get),
    cpuLine(together.get.cpuMsARequest),
    ...conditionLines(report),
  ].join('\n');
}

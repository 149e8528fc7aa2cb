import { type EventLog, type RecordedEvent, tokensMatch } from '@octobus/event-log';
import { durables } from '@octobus/jetstream';
import { ARMS } from '@octobus/task';
import { Chance } from './chance.ts';
import { FaultsAtWork, type PlannedFault, isOfMessages, isOfTimers } from './faults.ts';
import type { Buried, Message } from './host.ts';
import { type Plant, plantedLog, plantedStore, plantedTimers } from './plants.ts';
import { Postgres, storeIn } from './postgres.ts';
import { Process } from './process.ts';
import { startProjector } from './projection.ts';
import { Scheduler } from './scheduler.ts';
import { Server, type ServerDurable } from './server.ts';
import { ServerLog } from './server-log.ts';
import { ServerTimers } from './server-timers.ts';
import { type ServiceWorld, startArm, startOrchestrator, startReflex } from './services.ts';
import { Effects } from './tool.ts';
import type { Behaviours } from './workload.ts';

/** An append that its writer was told is stored. */
export interface Acknowledged {
  readonly sequence: number;
  readonly id: string;
  readonly subject: string;
}

/** Processes of each service: two where it matters who is faster; a second projector in every third world, since it folds everything once more. */
const servicesOf = (chance: Chance): readonly string[] => [
  'reflex',
  'reflex',
  'orchestrator',
  'orchestrator',
  'projector',
  'arm-noop',
  ...ARMS.map((arm) => `arm-${arm}`),
  ...(chance.hit(1 / 3) ? ['projector'] : []),
];
const encoder = new TextEncoder();
const EMPTY = encoder.encode('');

/** The durables as they are provisioned, times in milliseconds. */
const DURABLES: readonly ServerDurable[] = durables(ARMS, [])
  .filter(({ name }) => name !== 'memory')
  .map(({ name, stream, filter_subjects, ack_wait, ack_policy, max_ack_pending }) => ({
    name,
    stream: stream === 'INGRESS' ? 'ingress' : 'events',
    filters: filter_subjects,
    ackWaitMs: ack_wait / 1e6,
    ackPolicy: ack_policy === 'all' ? 'all' : 'explicit',
    maxAckPending: max_ack_pending,
  }));

/** Everything of one seed: a server, a Postgres, processes of all services, and the faults that befall them. */
export class World {
  readonly scheduler: Scheduler;
  readonly faults: FaultsAtWork;
  readonly server: Server;
  readonly postgres: Postgres;
  readonly effects = new Effects();
  readonly behaviours: Behaviours = new Map();
  readonly acknowledged: Acknowledged[] = [];
  readonly buried: Buried[] = [];
  readonly client: Process;
  private readonly processes: (Process | undefined)[] = [];
  private readonly services: readonly string[];
  private readonly chance: Chance;
  private readonly seed: number;
  private readonly plant: Plant | undefined;
  private started = 0;

  constructor(seed: number, traced: boolean, plant: Plant | undefined) {
    this.seed = seed;
    this.plant = plant;
    this.chance = new Chance(`${seed} world`);
    this.scheduler = new Scheduler(traced);
    this.faults = new FaultsAtWork(new Chance(`${seed} network`));
    const { scheduler, faults } = this;
    this.server = new Server({ scheduler, faults, chance: new Chance(`${seed} server`), durables: DURABLES });
    this.server.onDue = () => this.crashWhenDue();
    this.postgres = new Postgres(this.scheduler, new Chance(`${seed} postgres`));
    this.client = new Process('client', this.scheduler, this.faults);
    this.services = servicesOf(this.chance);
    this.services.forEach((_, slot) => this.start(slot));
  }

  bring(fault: PlannedFault): void {
    const { scheduler } = this;
    scheduler.after(fault.at, fault.kind, () => {
      scheduler.tell(() => `fault ${fault.kind} for ${Math.round(fault.forMs)} ms`);
      const over = this.strike(fault, scheduler.now + fault.forMs);
      if (over !== undefined) scheduler.after(fault.forMs, `end of ${fault.kind}`, over);
    });
  }

  /** Answers what ends it. */
  private strike(fault: PlannedFault, until: number): (() => void) | undefined {
    if (isOfMessages(fault.kind) || isOfTimers(fault.kind)) {
      this.faults.begin(fault, until);
      return undefined;
    }
    switch (fault.kind) {
      case 'server-crash':
        return this.crashServer();
      case 'database-crash':
        this.postgres.crash(this.faults);
        return () => {
          this.postgres.up = true;
        };
      case 'lagging-replica':
        return this.lagBehind(fault);
      default:
        return this.strikeProcess(fault);
    }
  }

  private crashServer(): (() => void) | undefined {
    if (!this.server.isUp) return undefined;
    this.server.crash(this.faults);
    return () => {
      this.server.restart();
      for (const process of this.processes) process?.reconnected();
    };
  }

  /** The server dies just before a timer would fire. */
  private crashWhenDue(): void {
    if (!this.server.isUp || !this.faults.strikesTimer('timer-overdue', this.scheduler.now)) return;
    this.scheduler.tell(() => 'fault timer-overdue');
    const over = this.crashServer();
    if (over !== undefined) this.scheduler.after(this.chance.between(100, 2_000), 'end of timer-overdue', over);
  }

  private lagBehind({ odds, most }: PlannedFault): () => void {
    this.server.lag = () => {
      if (!this.chance.hit(odds)) return 0;
      this.faults.count('lagging-replica');
      return this.chance.whole(1, most);
    };
    return () => {
      this.server.lag = () => 0;
    };
  }

  private strikeProcess({ kind }: PlannedFault): (() => void) | undefined {
    const slot = this.chance.whole(0, this.processes.length - 1);
    const process = this.processes[slot];
    if (process === undefined) return undefined;
    this.scheduler.tell(() => `  it is ${process.name}`);
    this.faults.count(kind);
    if (kind === 'crash') return this.crash(slot, process);
    if (kind === 'zombie') {
      process.freeze();
      return () => process.thaw();
    }
    process.cutOff = true;
    return () => {
      process.cutOff = false;
      process.reconnected();
    };
  }

  private crash(slot: number, process: Process): () => void {
    process.kill();
    this.processes[slot] = undefined;
    this.server.each((durable) => durable.forget((request) => request.process === process));
    return () => this.start(slot);
  }

  private start(slot: number): void {
    const service = this.services[slot] ?? '';
    const process = new Process(`${service}-${++this.started}`, this.scheduler, this.faults);
    this.processes[slot] = process;
    const world = this.worldOf(service, process);
    if (service === 'reflex') startReflex(world);
    else if (service === 'orchestrator') startOrchestrator(world);
    else if (service === 'projector')
      startProjector(world, plantedStore(this.plant, this.postgres, process, storeIn(this.postgres, process)));
    else startArm(service.slice('arm-'.length), world);
  }

  private worldOf(service: string, process: Process): ServiceWorld {
    const chance = new Chance(`${this.seed} ${process.name}`);
    return {
      process,
      chance,
      server: this.server,
      effects: this.effects,
      behaviours: this.behaviours,
      clock: this.scheduler.clock,
      tell: (line) => this.scheduler.tell(line),
      timers: plantedTimers(this.plant, process, this.server, new ServerTimers(process, this.server, chance)),
      log: plantedLog(this.plant, service, this.logOf(process, chance)),
      bury: (letter) => {
        this.scheduler.tell(() => `dead letter of ${letter.service}: ${letter.cause} ${letter.subject}`);
        this.buried.push(letter);
      },
      messageAt: service === 'reflex' ? (sequence) => this.commandAt(sequence) : (sequence) => this.eventAt(sequence),
      live: (filter, act) => this.listen(process, filter, act),
      acksFirst: this.plant === 'ack-before-publish',
      unjournalled: this.plant === 'effect-without-journal',
    };
  }

  private logOf(process: Process, chance: Chance): EventLog {
    const expects = this.plant !== 'missing-expected-sequence';
    return new ServerLog({
      process,
      chance,
      server: this.server,
      expects,
      onAcknowledged: ({ subject, envelope }, sequence) => this.acknowledged.push({ sequence, subject, id: envelope.id }),
    });
  }

  /** As the live feed of closings is: what is stored while nobody listens is missed. */
  private listen(process: Process, filter: string, act: (event: RecordedEvent) => void): void {
    const wanted = filter.split('.');
    this.server.listen((event) => {
      if (event.body.type === 'task.attempt-closed.v1' && tokensMatch(wanted, event.subject.split('.')))
        process.hear('live', () => act(event));
    });
  }

  private commandAt(sequence: number): Message {
    const entry = this.server.commandAt(sequence);
    const { subject = '', payload: data = EMPTY, headers = {} } = entry ?? {};
    return { subject, storedAt: 0, data, header: (name) => headers[name], headers };
  }

  private eventAt(sequence: number): Message {
    const event = this.server.log.at(sequence);
    return { subject: event?.subject ?? '', storedAt: event?.storedAt ?? 0, data: EMPTY, header: () => undefined, headers: {} };
  }
}

import { type Fate, type FaultsAtWork, type Traffic, USUAL_MS } from './faults.ts';
import type { Scheduler } from './scheduler.ts';

/** One operating-system process: it can die, be stopped and go on, and lose its connection. What reaches a stopped one waits for it. */
export class Process {
  readonly name: string;
  alive = true;
  /** Whether messages from and to it are lost. */
  cutOff = false;
  private frozen = false;
  private readonly waiting: (() => void)[] = [];
  private readonly reconnects: (() => void)[] = [];
  private readonly scheduler: Scheduler;
  private readonly faults: FaultsAtWork;

  constructor(name: string, scheduler: Scheduler, faults: FaultsAtWork) {
    this.name = name;
    this.scheduler = scheduler;
    this.faults = faults;
  }

  /** Runs inside of the process: at once, when it goes on, or never. */
  receive(act: () => void): void {
    if (!this.alive) return;
    if (this.frozen) this.waiting.push(act);
    else act();
  }

  after(ms: number, act: () => void): () => void {
    let ended = false;
    const cancel = this.scheduler.after(ms, this.name, () => this.receive(() => (ended ? undefined : act())));
    return () => {
      ended = true;
      cancel();
    };
  }

  every(ms: number, act: () => void): () => void {
    let ended = false;
    const again = (): void => {
      this.scheduler.after(ms, this.name, () => {
        if (ended || !this.alive) return;
        this.receive(act);
        again();
      });
    };
    again();
    return () => {
      ended = true;
    };
  }

  pause = (ms: number): Promise<void> => new Promise((resolve) => this.after(ms, resolve));

  /** To a server: there it happens outside of the process, whatever becomes of that. */
  send(traffic: Traffic, act: () => void): void {
    if (!this.alive || this.cutOff) return;
    for (const late of this.fate(traffic, 'to')) this.scheduler.after(late, traffic, act, false);
  }

  /** From a server. */
  hear(traffic: Traffic, act: () => void): void {
    if (!this.alive || this.cutOff) return;
    for (const late of this.fate(traffic, 'from')) {
      this.scheduler.after(late, this.name, () => {
        if (!this.cutOff) this.receive(act);
      });
    }
  }

  private fate(traffic: Traffic, way: 'to' | 'from'): Fate {
    const fate = this.faults.fate(traffic, this.scheduler.now);
    if (fate.length !== 1 || (fate[0] ?? 0) > USUAL_MS) {
      const how = fate.length === 0 ? 'lost' : fate.length > 1 ? 'twice' : `${Math.round(fate[0] ?? 0)} ms late`;
      this.scheduler.tell(() => `${this.name}: ${traffic} ${way} the server ${how}`);
    }
    return fate;
  }

  /** Told when the connection is there again, and something may have been missed. */
  onReconnect(act: () => void): void {
    this.reconnects.push(act);
  }

  reconnected(): void {
    if (!this.cutOff) this.receive(() => this.reconnects.forEach((act) => act()));
  }

  kill(): void {
    this.alive = false;
    this.waiting.length = 0;
  }

  freeze(): void {
    this.frozen = true;
  }

  /** What has waited comes in its order, each after what the one before woke. */
  thaw(): void {
    this.frozen = false;
    for (const act of this.waiting.splice(0)) this.scheduler.after(0, this.name, () => this.receive(act));
  }
}

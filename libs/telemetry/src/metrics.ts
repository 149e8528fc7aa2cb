import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

export { Counter, Gauge, Histogram, Registry };

/** One registry a process; services in one process share it. */
export const registry = new Registry();

let collecting = false;

/** Adds the process's own figures (CPU, memory, event loop), once. */
export function collectProcessMetrics(): void {
  if (collecting) return;
  collecting = true;
  collectDefaultMetrics({ register: registry });
}

/** A gauge whose value is read when somebody asks for /metrics. */
export function gaugeOf(name: string, help: string, labels: Readonly<Record<string, string>>, read: () => number): void {
  let readers = observed.get(name);
  if (readers === undefined) {
    const list: { labels: Record<string, string>; read: () => number }[] = [];
    readers = list;
    observed.set(name, list);
    new Gauge({
      name,
      help,
      labelNames: Object.keys(labels),
      registers: [registry],
      collect() {
        for (const one of list) this.set(one.labels, one.read());
      },
    });
  }
  readers.push({ labels: { ...labels }, read });
}

/** Gauges whose labels come and go: what is read when somebody asks for /metrics is all there is. */
export function gaugesOf<L extends string>(
  name: string,
  help: string,
  labelNames: readonly L[],
  read: () => readonly { readonly labels: Readonly<Record<L, string>>; readonly value: number }[],
): void {
  registry.removeSingleMetric(name);
  new Gauge({
    name,
    help,
    labelNames: [...labelNames],
    registers: [registry],
    collect() {
      this.reset();
      for (const { labels, value } of read()) this.set(labels, value);
    },
  });
}

const observed = new Map<string, { labels: Record<string, string>; read: () => number }[]>();

import type { Random } from './random.ts';

/** A task as it is submitted, and what it may come to. */
export interface PlannedTask {
  readonly submission: object;
  /** Whether somebody asks for its end before it is done. */
  readonly cancel: boolean;
}

/** Layers of steps side by side, each layer behind the one before: sleeps, journalled sub-steps, calls that must not be made twice, time-outs that are tried again, waits. */
export function plannedTask(random: Random): PlannedTask {
  const layers = random.between(1, 4);
  // The door refuses what its waits would make late.
  const ends = random.next() < 0.1;
  const steps: object[] = [];
  let before: readonly string[] = [];
  for (let layer = 1; layer <= layers; layer++) {
    const ids = Array.from({ length: random.between(1, 3) }, (_, i) => `s${layer}${'abc'[i]}`);
    for (const id of ids) {
      const waits = !ends && random.next() < 0.08;
      steps.push({ id, after: before, ...(waits ? { wait: { forMs: random.between(1, 4_000) } } : { agent: 'noop', ...stepOf(random) }) });
    }
    before = ids;
  }
  const deadline = ends ? { deadline: new Date(Date.now() + random.between(1, 5) * 1_000).toISOString() } : {};
  return { submission: { goal: 'Survive whatever comes.', plan: { steps }, ...deadline }, cancel: random.next() < 0.15 };
}

function stepOf(random: Random): object {
  const kind = random.next();
  if (kind < 0.3) return { arguments: { sleepMs: random.between(1, 300) } };
  if (kind < 0.5) return { arguments: { substeps: random.between(1, 6), pure: random.next() < 0.5, sleepMs: random.between(1, 50) } };
  if (kind < 0.8) return { effect: 'once', arguments: { once: random.between(1, 3), sleepMs: random.between(1, 100) } };
  if (kind < 0.87) return { timeoutMs: 150, maxAttempts: 2, arguments: { sleepMs: 400 } };
  if (kind < 0.9) return { arguments: { fail: 'on-purpose' } };
  return {};
}

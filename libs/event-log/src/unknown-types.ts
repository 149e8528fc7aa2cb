import type { RecordedEvent } from './event-log.ts';

/** Types told apart; a writer that makes up ever new ones costs no more memory. */
const MOST_TYPES = 200;
const OTHERS = '(others)';

/** Counts events of a newer release by their type. */
export class UnknownTypes {
  private readonly counts = new Map<string, number>();

  add({ body, envelope: { type } }: RecordedEvent): void {
    if (body.type !== 'unknown') return;
    const name = this.counts.has(type) || this.counts.size < MOST_TYPES ? type : OTHERS;
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }

  /** By type; those beyond the ones that are told apart under one name. */
  get byType(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.counts);
  }
}

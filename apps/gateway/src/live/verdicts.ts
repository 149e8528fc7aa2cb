import type { RecordedEvent } from '@octobus/event-log';

type Arrived = (event: RecordedEvent) => void;

/** Hands the request events of all aggregates, as they are stored, to the requests that wait for them: several may wait for one. */
export class Verdicts {
  private readonly waiting = new Map<string, Set<Arrived>>();

  /** For the live feed of `...request.>`. */
  seen(event: RecordedEvent): void {
    for (const arrived of this.waiting.get(event.subject) ?? []) arrived(event);
  }

  /** The event at this subject if it is stored within the time; undefined otherwise. Ask before publishing. */
  expect(subject: string): { readonly within: (milliseconds: number) => Promise<RecordedEvent | undefined>; readonly cancel: () => void } {
    const { promise: event, resolve: arrived } = Promise.withResolvers<RecordedEvent>();
    const cancel = this.wait(subject, arrived);
    return {
      cancel,
      within: async (milliseconds) => {
        let timer: NodeJS.Timeout | undefined;
        const late = new Promise<undefined>((resolve) => {
          timer = setTimeout(() => resolve(undefined), milliseconds).unref();
        });
        try {
          return await Promise.race([event, late]);
        } finally {
          clearTimeout(timer);
          cancel();
        }
      },
    };
  }

  private wait(subject: string, arrived: Arrived): () => void {
    const waiting = this.waiting.get(subject) ?? new Set();
    this.waiting.set(subject, waiting.add(arrived));
    return () => {
      waiting.delete(arrived);
      if (waiting.size === 0 && this.waiting.get(subject) === waiting) this.waiting.delete(subject);
    };
  }
}

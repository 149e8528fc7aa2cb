import type { RecordedEvent } from '@octobus/event-log';

/** Hands the request events of all aggregates, as they are stored, to the requests that wait for one. */
export class Verdicts {
  private readonly waiting = new Map<string, (event: RecordedEvent) => void>();

  /** For the live feed of `...request.>`. */
  seen(event: RecordedEvent): void {
    this.waiting.get(event.subject)?.(event);
  }

  /** The event at this subject if it is stored within the time; undefined otherwise. Ask before publishing. */
  expect(subject: string): { readonly within: (milliseconds: number) => Promise<RecordedEvent | undefined>; readonly cancel: () => void } {
    let arrived: (event: RecordedEvent) => void = () => undefined;
    const event = new Promise<RecordedEvent>((resolve) => {
      arrived = resolve;
    });
    this.waiting.set(subject, arrived);
    const cancel = (): void => {
      if (this.waiting.get(subject) === arrived) this.waiting.delete(subject);
    };
    return {
      cancel,
      within: async (milliseconds) => {
        let timer: NodeJS.Timeout | undefined;
        const late = new Promise<undefined>((resolve) => {
          timer = setTimeout(() => resolve(undefined), milliseconds);
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
}

import type { TaskFeed } from '../live/task-feed.ts';

/** True when the task has ended within the time. */
export function waitForEnd(feed: TaskFeed, tenant: string, task: string, milliseconds: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    let stop: () => void = () => undefined;
    const timer = setTimeout(() => {
      stop();
      resolve(false);
    }, milliseconds);
    stop = feed.watch(tenant, task, 0, {
      event: () => undefined,
      end: (error) => {
        clearTimeout(timer);
        if (error === undefined) resolve(true);
        else reject(error as Error);
      },
    });
  });
}

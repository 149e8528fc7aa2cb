/** Works on what comes, at most so many at a time. The first failure is thrown when all that is at work has ended; what comes after it is left. */
export async function eachOf<T>(items: AsyncIterable<T>, most: number, work: (item: T) => Promise<void>): Promise<void> {
  const atWork = new Set<Promise<void>>();
  const failures: unknown[] = [];
  for await (const item of items) {
    const run: Promise<void> = work(item)
      .catch((error: unknown) => void failures.push(error))
      .finally(() => atWork.delete(run));
    atWork.add(run);
    if (atWork.size >= most) await Promise.race(atWork);
    if (failures.length > 0) break;
  }
  await Promise.all(atWork);
  if (failures.length > 0) throw failures[0];
}

/** What would keep the gateway from stopping: responses that stay open. Each says how to end it. */
export class OpenEnds {
  private readonly ends = new Set<() => void>();
  private over = false;

  /** Called once at the end, at once when it is there; gives back how to withdraw it. */
  add(end: () => void): () => void {
    if (this.over) end();
    else this.ends.add(end);
    return () => void this.ends.delete(end);
  }

  endAll(): void {
    this.over = true;
    for (const end of this.ends) end();
    this.ends.clear();
  }
}

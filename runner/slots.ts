/** Lets at most `size` pieces of work run at a time; the others wait in the order they came. */
export class Slots {
  private running = 0;
  private readonly waiting: (() => void)[] = [];
  private closed = false;

  constructor(private readonly size: number) {}

  get runningCount(): number {
    return this.running;
  }

  get waitingCount(): number {
    return this.waiting.length;
  }

  /** From now on nothing starts; what waits never will. */
  close(): void {
    this.closed = true;
  }

  /** Takes the work in at once; it starts when there is room. `work` must deal with its own errors. */
  take(work: () => Promise<void>): void {
    this.waiting.push(() => {
      this.running++;
      void work().finally(() => {
        this.running--;
        this.next();
      });
    });
    this.next();
  }

  private next(): void {
    while (!this.closed && this.running < this.size) {
      const start = this.waiting.shift();
      if (start === undefined) return;
      start();
    }
  }
}

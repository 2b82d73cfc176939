const turning = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

/** Tells a person how far it is: one line per finished step, and on a terminal a moving line for what is under way. */
export class Report {
  readonly #out: NodeJS.WriteStream;
  readonly #running = new Map<string, number>();
  #ticker: NodeJS.Timeout | null = null;
  #frame = 0;

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
  }

  /** Runs a step and says how long it took; `slow` is said at once, for steps that try one's patience. */
  async step<T>(title: string, work: () => Promise<T>, slow?: string): Promise<T> {
    const startedAt = Date.now();
    if (slow && !this.#out.isTTY) this.line(`  … ${slow}`);
    this.#running.set(slow ?? title, startedAt);
    this.#tick();
    try {
      const result = await work();
      this.#finish(slow ?? title);
      this.line(`  ${this.#paint("32", "✓")} ${title.padEnd(24)}${this.#paint("2", seconds(startedAt))}`);
      return result;
    } catch (error) {
      this.#finish(slow ?? title);
      this.line(`  ${this.#paint("31", "✗")} ${title.padEnd(24)}${this.#paint("2", seconds(startedAt))}`);
      throw error;
    }
  }

  /** Something that went wrong and needs to be seen. */
  warn(text: string): void {
    this.line(`  ${this.#paint("33", "!")} ${text}`);
  }

  line(text: string): void {
    this.#clear();
    this.#out.write(`${text}\n`);
  }

  bold(text: string): string {
    return this.#paint("1", text);
  }

  #finish(title: string): void {
    this.#running.delete(title);
    if (this.#running.size > 0 || !this.#ticker) return;
    clearInterval(this.#ticker);
    this.#ticker = null;
    this.#clear();
  }

  #tick(): void {
    if (!this.#out.isTTY || this.#ticker) return;
    this.#ticker = setInterval(() => {
      this.#frame = (this.#frame + 1) % turning.length;
      const titles = [...this.#running].map(([title, startedAt]) => `${title} ${seconds(startedAt)}`).join(" · ");
      const line = `  ${turning[this.#frame]} ${titles}`.slice(0, this.#out.columns - 1);
      this.#out.write(`\r${line}\u001b[K`);
    }, 100);
  }

  #clear(): void {
    if (this.#out.isTTY) this.#out.write("\r\u001b[K");
  }

  #paint(code: string, text: string): string {
    return this.#out.isTTY && !process.env.NO_COLOR ? `\u001b[${code}m${text}\u001b[0m` : text;
  }
}

function seconds(startedAt: number): string {
  return `${((Date.now() - startedAt) / 1000).toFixed(1)} s`;
}

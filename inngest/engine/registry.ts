import type { Sql } from "postgres";
import { FunctionConfig } from "./protocol";

/** The registered functions, kept in memory: the engine is the only one that changes them. */
export class Registry {
  private functions = new Map<string, FunctionConfig>();
  private inactive = new Map<string, FunctionConfig>();

  constructor(private sql: Sql) {}

  /** Reads the functions from the database, as at start and after a registration. */
  async load(): Promise<void> {
    const rows = await this.sql<{ id: string; config: unknown; active: boolean }[]>`
      SELECT id, config, active FROM engine.function ORDER BY id`;
    const entries = rows.map(({ active, config }) => ({ active, config: FunctionConfig.parse(config) }));
    const mapOf = (active: boolean) =>
      new Map(entries.filter((entry) => entry.active === active).map(({ config }) => [config.id, config]));
    this.functions = mapOf(true);
    this.inactive = mapOf(false);
  }

  /** Whether any function was ever registered. */
  isEmpty(): boolean {
    return this.functions.size === 0 && this.inactive.size === 0;
  }

  /** The functions that events and cron ticks start. */
  active(): FunctionConfig[] {
    return [...this.functions.values()];
  }

  /** A function that may start runs. */
  find(id: string): FunctionConfig | undefined {
    return this.functions.get(id);
  }

  /** A function that may no longer start runs, but whose runs go on. */
  findAny(id: string): FunctionConfig | undefined {
    return this.functions.get(id) ?? this.inactive.get(id);
  }
}

/** How often a function or one of its steps is tried again: Inngest's default is three times. */
export function retriesOf(config: FunctionConfig): number {
  return config.steps.step.retries?.attempts ?? 3;
}

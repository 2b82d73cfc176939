import { createServer, type Server, type Socket } from "node:net";
import type { FaultPoint as PortalPoint } from "@/lib/fault-point";
import type { FaultPoint as RunnerPoint } from "@/runner/fault-point";

export type FaultPoint = PortalPoint | RunnerPoint;

/** A process that stands at a point. It stays there until `go`, or until it is dead. */
export type Hit = { point: FaultPoint; go: () => void };

type Trap = { point: FaultPoint; skip: number; spring: (hit: Hit) => void };

/** Hears of every fault point that any part passes, and stops the parts where a trap was set. */
export class Controller {
  readonly #server: Server;
  readonly #lines = new Set<Socket>();
  #traps: Trap[] = [];
  /** How often each point was passed. */
  readonly passed = new Map<FaultPoint, number>();
  /** How often the program of each run was begun, by the runner's word just before it does. */
  readonly begun = new Map<string, number>();

  /** Runs whose end the runner has on disk. */
  readonly ended = new Set<string>();

  private constructor(server: Server) {
    this.#server = server;
    server.on("connection", (line) => this.#hear(line));
  }

  static async listen(path: string): Promise<Controller> {
    const server = createServer();
    const controller = new Controller(server);
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen(path, resolve));
    return controller;
  }

  /** Catches the next process that comes to the point, after letting `skip` of them pass. */
  trap(point: FaultPoint, skip = 0): { caught: Promise<Hit>; remove: () => void } {
    let trap: Trap | undefined;
    const caught = new Promise<Hit>((spring) => {
      trap = { point, skip, spring };
      this.#traps.push(trap);
    });
    const remove = () => {
      this.#traps = this.#traps.filter((each) => each !== trap);
      // One that was caught at this very moment is held by nobody.
      void caught.then((late) => late.go());
    };
    return { caught, remove };
  }

  /** Lets everybody go, now and later. */
  close(): void {
    this.#traps = [];
    this.#server.close();
    for (const line of this.#lines) line.destroy();
  }

  #hear(line: Socket): void {
    this.#lines.add(line);
    line.on("close", () => this.#lines.delete(line));
    line.on("error", () => line.destroy());
    line.once("data", (data) => {
      const [point, runId = ""] = data.toString("utf8").trim().split(" ") as [FaultPoint, string?];
      this.passed.set(point, (this.passed.get(point) ?? 0) + 1);
      if (point === "runner.started") this.begun.set(runId, (this.begun.get(runId) ?? 0) + 1);
      if (point === "runner.finished") this.ended.add(runId);
      const go = () => void (line.destroyed || line.end("go\n"));
      const trap = this.#traps.find((each) => each.point === point);
      if (!trap) return go();
      if (trap.skip-- > 0) return go();
      this.#traps = this.#traps.filter((each) => each !== trap);
      trap.spring({ point, go });
    });
  }
}

import { setTimeout as sleep } from "node:timers/promises";
import { Agent } from "./agent";
import { inspect } from "./inspect";
import { Installation } from "./installation";
import { Ledger } from "./ledger";
import { Person } from "./person";
import { stories, type Cast, type StoryName } from "./stories";

/** An installation with everybody who plays in it. */
export class Company {
  private constructor(
    readonly installation: Installation,
    readonly cast: Cast,
    readonly auditor: Person,
  ) {}

  static async open(): Promise<Company> {
    const installation = await Installation.start();
    try {
      const { url, players } = installation;
      const person = (role: string) => {
        const account = players.people.find((each) => each.role === role);
        if (!account) throw new Error(`nobody is ${role}`);
        return new Person(url, account);
      };
      const [supervisor, auditor] = [person("supervisor"), person("auditor")];
      await Promise.all([supervisor.signIn(), auditor.signIn()]);
      const agents = players.agents.filter(({ name }) => name !== "Poor").map(({ apiKey }) => new Agent(url, apiKey));
      const poor = new Agent(url, players.agents.find(({ name }) => name === "Poor")?.apiKey ?? "");
      return new Company(installation, { agents, poor, supervisor, ledger: new Ledger(), passTime: (id) => passTime(installation, id) }, auditor);
    } catch (error) {
      await installation.end();
      throw error;
    }
  }

  play(story: StoryName): Promise<void> {
    return stories[story](this.cast);
  }

  /** What was broken so far. With `clocks` also what only the clocks end, once a minute. */
  inspect({ clocks }: { clocks: boolean }): Promise<string[]> {
    return inspect(this.installation, this.cast.ledger, this.auditor, clocks);
  }

  close(): Promise<void> {
    return this.installation.end();
  }
}

/** The database may be dead at this moment; time passes all the same. */
async function passTime({ sql }: Installation, actionId: string): Promise<void> {
  for (;;) {
    try {
      await sql.begin(async (tx) => {
        await tx`update reservation set expires_at = now() - interval '1 second' where action_id = ${actionId}`;
        await tx`update approval set expires_at = now() - interval '1 second' where action_id = ${actionId} and status = 'pending'`;
        await tx`update action set grant_expires_at = now() - interval '1 second' where id = ${actionId} and grant_expires_at is not null`;
      });
      return;
    } catch {
      await sleep(100);
    }
  }
}

import { Agent } from "./agent";
import { type Clock, forgetTries, passTime, sign, tellThresholds, tick } from "./clock";
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
            const called = (kind: string) => players.agents.filter(({ name }) => name.startsWith(kind)).map(({ apiKey }) => new Agent(url, apiKey));
      const [poor] = called("Poor");
      if (!poor) throw new Error("nobody is poor");
      const { sql, folder } = installation;
      const waitToSignIn = () => forgetTries(sql);
      await Promise.all([supervisor.signIn(waitToSignIn), auditor.signIn(waitToSignIn)]);
      const time = { pass: (id: string) => passTime(sql, id), tick: (clock: Clock) => tick(sql, clock), sign: () => sign(sql), tellThresholds: () => tellThresholds(sql), waitToSignIn };
      const cast = { agents: called("Worker"), fresh: called("Fresh"), poor, supervisor, auditor, newcomer: person("viewer"), folder, time, ledger: new Ledger() };
      return new Company(installation, cast);
    } catch (error) {
      await installation.end();
      throw error;
    }
  }

  play(story: StoryName): Promise<void> {
    return stories[story](this.cast);
  }

  /** What was broken so far. */
  inspect(): Promise<string[]> {
    return inspect(this.installation, this.cast.ledger, this.cast.auditor);
  }

  close(): Promise<void> {
    return this.installation.end();
  }
}

import { type Inngest, type InngestFunction, NonRetriableError } from "inngest";
import type { Journal } from "./app";

/** Functions that use each thing the product's functions rely on, and note what they do. */
export function conformanceFunctions(client: Inngest, journal: Journal): InngestFunction.Like[] {
  const steps = client.createFunction({ id: "steps", triggers: { event: "test/steps" } }, async ({ event, step }) => {
    const first = await step.run("first", () => {
      journal.note(`first ${event.data.key}`);
      return { n: 1, text: "\u0000 ü" };
    });
    const second = await step.run("second", () => {
      journal.note(`second ${event.data.key}`);
      return first.n + 1;
    });
    journal.note(`end ${event.data.key}`);
    return { first, second };
  });

  const conditional = client.createFunction(
    { id: "conditional", triggers: { event: "test/conditional", if: "event.data.kind == 'a' && event.data.size == 2" } },
    ({ event }) => journal.note(`conditional ${event.data.key}`),
  );

  const flaky = client.createFunction({ id: "flaky", retries: 3, triggers: { event: "test/flaky" } }, async ({ event, step, attempt }) => {
    const step1 = await step.run("flaky step", () => {
      journal.note(`flaky step ${event.data.key}`);
      if (journal.count(`flaky step ${event.data.key}`) < 3) throw new Error("not yet");
      return "stepped";
    });
    journal.note(`flaky body ${event.data.key} ${attempt}`);
    if (attempt < 1) throw new Error("the body, once");
    return step1;
  });

  const caught = client.createFunction({ id: "caught", retries: 1, triggers: { event: "test/caught" } }, async ({ event, step }) => {
    try {
      await step.run("always fails", () => {
        journal.note(`caught try ${event.data.key}`);
        throw new RangeError("out of range");
      });
    } catch (error) {
      return await step.run("handle", () => (error instanceof Error ? error.message : "?"));
    }
    return "unreachable";
  });

  const final = client.createFunction(
    {
      id: "final",
      retries: 3,
      triggers: { event: "test/final" },
      onFailure: ({ event, error }) => journal.note(`failure ${event.data.event.data.key} ${error.message}`),
    },
    ({ event }) => {
      journal.note(`final ${event.data.key}`);
      throw new NonRetriableError("no use");
    },
  );

  const sleeper = client.createFunction({ id: "sleeper", triggers: { event: "test/sleep" } }, async ({ event, step }) => {
    await step.run("before", () => journal.note(`before sleep ${event.data.key}`));
    await step.sleep("nap", event.data.nap ?? "1s");
    await step.sleepUntil("past", new Date(0));
    await step.run("after", () => journal.note(`after sleep ${event.data.key}`));
  });

  const waiter = client.createFunction({ id: "waiter", triggers: { event: "test/wait" } }, async ({ event, step }) => {
    const decision = step.waitForEvent("decision", {
      event: "test/decided",
      timeout: event.data.timeout ?? "1h",
      if: "event.data.key == async.data.key && async.data.final == true",
    });
    // A step beside the wait runs when the wait is registered: the place to read the state once more.
    const [decided] = await Promise.all([
      decision,
      step.run("read again", () => journal.note(`waiting ${event.data.key}`)),
    ]);
    await step.run("resumed", () => journal.note(`resumed ${event.data.key} ${decided?.data.verdict ?? "timeout"}`));
    return decided?.data.verdict ?? null;
  });

  const parallel = client.createFunction({ id: "parallel", triggers: { event: "test/parallel" } }, async ({ event, step }) => {
    const branch = async (name: string) => {
      const one = await step.run(`${name} one`, async () => {
        journal.note(`${name} one ${event.data.key}`);
        if (name !== "c") await journal.seen(`c one ${event.data.key}`); // only ends if the branches run side by side
        return 1;
      });
      return await step.run(`${name} two`, () => {
        journal.note(`${name} two ${event.data.key}`);
        return one + 1;
      });
    };
    const sums = await Promise.all([branch("a"), branch("b"), branch("c")]);
    return sums.reduce((sum, n) => sum + n, 0);
  });

  const racer = client.createFunction({ id: "racer", triggers: { event: "test/race" } }, async ({ event, step }) => {
    const winner = await Promise.race([
      step.waitForEvent("go", { event: "test/go", timeout: "1h", match: "data.key" }).then(() => "event"),
      step.run("registered", () => journal.note(`racing ${event.data.key}`)).then(() => step.sleep("for ever", "1h")).then(() => "nap"),
      step.sleep("deadline", "1h").then(() => "deadline"),
    ]);
    await step.run("after the race", () => journal.note(`race ${event.data.key} ${winner}`));
  });

  const fan = client.createFunction({ id: "fan", triggers: { event: "test/fan" } }, async ({ event, step }) => {
    const { ids } = await step.sendEvent("fan out", [1, 2, 3].map((n) => ({ name: "test/leaf", data: { key: event.data.key, n } })));
    return ids.length;
  });

  const leaf = client.createFunction({ id: "leaf", triggers: { event: "test/leaf" } }, ({ event }) =>
    journal.note(`leaf ${event.data.key}`),
  );

  const queued = client.createFunction(
    { id: "queued", concurrency: { limit: 1, key: "event.data.agentId" }, triggers: { event: "test/queued" } },
    async ({ event, step }) => {
      const { agentId, n } = event.data;
      await step.run("one", async () => {
        journal.note(`enter ${agentId}`);
        if (journal.count(`enter ${agentId}`) - journal.count(`leave ${agentId}`) > 1) journal.note(`overlap ${agentId}`);
        await new Promise((resolve) => setTimeout(resolve, 40));
        journal.note(`leave ${agentId}`);
      });
      await step.run("two", () => journal.note(`queued ${agentId} ${n}`));
      journal.note(`done ${agentId}`);
    },
  );

  const cancellable = client.createFunction(
    { id: "cancellable", cancelOn: [{ event: "test/stop", match: "data.key" }], triggers: { event: "test/cancellable" } },
    async ({ event, step }) => {
      await step.run("begin", () => journal.note(`begun ${event.data.key}`));
      await step.sleep("long", "1h");
      await step.run("never", () => journal.note(`not cancelled ${event.data.key}`));
    },
  );

  const once = client.createFunction(
    { id: "once", idempotency: "event.data.key", triggers: { event: "test/once" } },
    ({ event }) => journal.note(`once ${event.data.key}`),
  );

  const invoker = client.createFunction({ id: "invoker", triggers: { event: "test/invoke" } }, async ({ event, step }) => {
    const result = await step.invoke("call", { function: steps, data: { key: event.data.key } });
    return { invoked: result };
  });

  const slow = client.createFunction({ id: "slow", triggers: { event: "test/slow" } }, async ({ event, step }) => {
    const result = await step.run("slow step", async () => {
      journal.note(`slow ${event.data.key}`);
      if (journal.count(`slow ${event.data.key}`) === 1) await new Promise((resolve) => setTimeout(resolve, 1500));
      return "ran";
    });
    await step.run("slow after", () => journal.note(`slow after ${event.data.key}`));
    return result;
  });

  const ticking = client.createFunction({ id: "ticking", triggers: { cron: "* * * * *" } }, () => journal.note("tick"));

  return [
    steps, conditional, flaky, caught, final, sleeper, waiter, parallel, racer, fan, leaf, queued, cancellable, once,
    invoker, slow, ticking,
  ];
}

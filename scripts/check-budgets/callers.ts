import type { AgentCtx, PersonCtx } from "@/lib/ctx/ctx";
import { keyCtx } from "@/lib/ctx/key";
import { loadPersonCtx } from "@/lib/ctx/person";
import { newId } from "@/lib/id";
import { isLost } from "./client";
import type { Random } from "./random";
import type { World } from "./world";

/** Contexts of everybody who acts, made once through the real doors; each call carries a request id of its own. */
export type Callers = {
  agent: (id: string, requestId: string) => AgentCtx;
  supervisor: (random: Random, requestId: string) => PersonCtx;
  banker: (requestId: string) => PersonCtx;
};

/** Signs everybody in, again where a connection is cut meanwhile. */
export async function openCallers(world: World): Promise<Callers> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await signIn(world);
    } catch (error) {
      if (!isLost(error) || attempt === 20) throw error;
    }
  }
}

async function signIn(world: World): Promise<Callers> {
  const info = () => ({ requestId: newId(), ip: null, userAgent: null });
  const agents = new Map<string, AgentCtx>();
  for (const agent of world.agents) agents.set(agent.id, await keyCtx(`Bearer ${agent.apiKey}`, info()));
  const person = async (sessionId: string): Promise<PersonCtx> => {
    const ctx = await loadPersonCtx(sessionId, info());
    if (!ctx) throw new Error("a session of the check is gone");
    return ctx;
  };
  const supervisors = await Promise.all(world.supervisors.map(person));
  const banker = await person(world.banker);
  return {
    agent: (id, requestId) => ({ ...required(agents.get(id)), requestId }),
    supervisor: (random, requestId) => ({ ...required(random.pick(supervisors)), requestId }),
    banker: (requestId) => ({ ...banker, requestId }),
  };
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the check's world has no such caller");
  return value;
}

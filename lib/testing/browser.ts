import { createRequire } from "node:module";
import { clientIpHeader } from "@/lib/client-ip";

type Given = { value: string; options: Record<string, unknown> };

/** A browser as Next hands it to the server: its cookies, and those that it was given, with their flags. */
export class Browser {
  readonly jar = new Map<string, string>();
  readonly given = new Map<string, Given>();

  constructor(readonly ip = "198.51.100.1") {}

  /** A copy of all cookies in a browser elsewhere. */
  stolen(ip = "203.0.113.66"): Browser {
    const thief = new Browser(ip);
    for (const [name, value] of this.jar) thief.jar.set(name, value);
    return thief;
  }

  set(name: string, value: string, options: Record<string, unknown> = {}): void {
    this.given.set(name, { value, options });
    if (value === "" || options.maxAge === 0) this.jar.delete(name);
    else this.jar.set(name, value);
  }

  /** Takes what an answer's Set-Cookie headers say. */
  take(response: Response): Response {
    for (const line of response.headers.getSetCookie()) {
      const [pair = "", ...flags] = line.split(/; */);
      const options = Object.fromEntries(flags.map((flag) => [flag.split("=")[0]?.toLowerCase() ?? "", flag.split("=")[1] ?? true]));
      const gone = options["max-age"] === "0" || (typeof options.expires === "string" && Date.parse(options.expires) <= Date.now());
      this.set(pair.slice(0, pair.indexOf("=")), gone ? "" : decodeURIComponent(pair.slice(pair.indexOf("=") + 1)), options);
    }
    return response;
  }
}

let current = new Browser();

// next-auth requires it, which a mocked import does not reach.
Object.assign(createRequire(import.meta.url)("next/headers"), { cookies, headers });

/** Whose request the server answers from here on. */
export function browse(browser: Browser): void {
  current = browser;
}

/** Stands for `next/headers` in tests: `vi.mock("next/headers", () => import("@/lib/testing/browser"))`. */
export async function cookies() {
  const { jar } = current;
  return {
    get: (name: string) => (jar.has(name) ? { name, value: jar.get(name) } : undefined),
    getAll: () => [...jar].map(([name, value]) => ({ name, value })),
    has: (name: string) => jar.has(name),
    set: (name: string, value: string, options?: Record<string, unknown>) => current.set(name, value, options),
  };
}

export async function headers(): Promise<Headers> {
  return new Headers({ [clientIpHeader]: current.ip, "user-agent": "test browser", cookie: [...current.jar].map(([name, value]) => `${name}=${value}`).join("; ") });
}

import { test as base, type Page } from "@playwright/test";
import { type Demo, readDemo } from "./demo";
import { type Person, signInByPassword } from "./sign-in";

type Fixtures = {
  demo: Demo;
  /** Signs somebody in, on this page. */
  signIn: (page: Page, person: Person) => Promise<void>;
  /** Signs the demo person of a role in, on this page. */
  loginAs: (page: Page, role: string) => Promise<void>;
};

export const test = base.extend<Fixtures>({
  baseURL: async ({}, use) => {
    await use(process.env.E2E_URL);
  },
  demo: async ({}, use) => {
    await use(readDemo());
  },
  signIn: async ({}, use) => {
    await use(signInByPassword);
  },
  loginAs: async ({ demo, signIn }, use) => {
    await use(async (page, role) => {
      const person = demo.people.find((each) => each.role === role);
      if (!person) throw new Error(`The demo has nobody with the role '${role}'.`);
      await signIn(page, person);
    });
  },
});

export { expect } from "@playwright/test";
export type { Person } from "./sign-in";

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { api } from "@/app/api/v1/app";
import { openApiDocument } from "@/app/api/v1/openapi";
import { useTestDatabase } from "@/lib/testing/database";
import { typesFile, typesOf } from "./client-types";

useTestDatabase();

describe("the client's types", () => {
  it("are those of the API's description: run 'npx tsx scripts/client-types.ts' after a change", () => {
    expect(readFileSync(typesFile, "utf8")).toBe(typesOf(openApiDocument(api) as never));
  });
});

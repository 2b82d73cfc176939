import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "postgresql",
  // db/stream is left out: its partitions, triggers and grants are written by hand.
  schema: "./db/schema/*.ts",
  out: "./db/migrations",
  casing: "snake_case",
});

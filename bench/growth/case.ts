import type postgres from "postgres";
import type { Bench } from "../harness/row";
import type { BenchTenant } from "../harness/tenant";

/** A database that is being filled, or is full. */
export type Place = {
  bench: Bench;
  tenant: BenchTenant;
  /** How many rows of each kind it is filled with. */
  rows: number;
  /** A superuser's connections, which no policy and no trigger holds up. */
  admin: postgres.Sql;
};

/** Adds rows until about `rows` of a kind are there, as years of use would have left them. */
export type Fill = (place: Place, rows: number) => Promise<void>;

/** Something that must not become slower because there is much behind it. Cases run beside each other in one database. */
export type GrowthCase = {
  title: string;
  /** Of a time, since the larger figure is the worse one in every case. */
  unit: string;
  /** What it looks at; a fill that several cases name happens once. */
  fills: readonly Fill[];
  /** Makes ready, and gives the measurement: each call takes about `bench.measureMs` and gives one figure. */
  open: (place: Place) => Promise<() => Promise<number>>;
};

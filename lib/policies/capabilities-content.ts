import { z } from "zod";
import { PolicyContent } from "./content";

/** The capability grid of a level above the agent. */
export const CapabilitiesContent = z.strictObject({ tools: PolicyContent.shape.tools });
export type CapabilitiesContent = z.infer<typeof CapabilitiesContent>;

export const firstCapabilities: CapabilitiesContent = { tools: [] };

import { env } from "@/lib/env";
import { registerFunctions } from "./start/register";

// After a new version where 'npm start' does not run the portal: tells the job engine which functions there are now.
const { INNGEST_SERVE_ORIGIN, APP_URL, INNGEST_SIGNING_KEY } = env();
await registerFunctions(INNGEST_SERVE_ORIGIN ?? APP_URL, INNGEST_SIGNING_KEY, 60_000);
console.log("The job engine knows the functions of this version.");

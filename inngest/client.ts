export { inngest } from "@/lib/jobs/client";

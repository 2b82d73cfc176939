export { outputCallback as POST } from "@/lib/runs/callbacks";

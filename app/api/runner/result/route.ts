export { resultCallback as POST } from "@/lib/runs/callbacks";

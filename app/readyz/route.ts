import { answerReadyz } from "@/lib/health/answers";

export const dynamic = "force-dynamic";

export const GET = answerReadyz;

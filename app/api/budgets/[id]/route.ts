import { exportDays, ExportDaysInput } from "@/lib/budgets/export-days";
import { route } from "@/lib/route";

export const dynamic = "force-dynamic";

export const GET = route(ExportDaysInput, exportDays);

import { LiveInput, liveStream } from "@/lib/live/stream";
import { route } from "@/lib/route";

export const dynamic = "force-dynamic";

export const GET = route(LiveInput, liveStream);

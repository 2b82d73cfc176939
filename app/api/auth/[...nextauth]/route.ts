import NextAuth from "next-auth";
import { authOptions } from "@/lib/auth/options";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/id";
import { problem } from "@/lib/problem";

type Context = { params: Promise<{ nextauth: string[] }> };

const largestBody = 16_384;

async function answer(request: Request, context: Context): Promise<Response> {
  const response: unknown = await NextAuth(authOptions())(request, context);
  return response as Response;
}

export { answer as GET };

export async function POST(request: Request, context: Context): Promise<Response> {
  const length = Number(request.headers.get("content-length") ?? Number.NaN);
  if (!(length <= largestBody)) return problem(new AppError("payload_too_large", "A sign-in is at most 16 KiB and says its length."), newId());
  return answer(request, context);
}

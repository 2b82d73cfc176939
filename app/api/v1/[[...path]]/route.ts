import { api } from "../app";

const answer = (request: Request): Response | Promise<Response> => api.fetch(request);

export { answer as GET, answer as HEAD, answer as POST, answer as PUT, answer as PATCH, answer as DELETE, answer as OPTIONS };
export const dynamic = "force-dynamic";

import { scim } from "../app";

const answer = (request: Request) => scim.fetch(request);

export { answer as GET, answer as POST, answer as PUT, answer as PATCH, answer as DELETE };

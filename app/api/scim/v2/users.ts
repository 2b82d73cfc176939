import { createDirectoryUser } from "@/lib/directory/users/create";
import { deleteDirectoryUser } from "@/lib/directory/users/delete";
import { getDirectoryUser, listDirectoryUsers } from "@/lib/directory/users/list";
import { patchDirectoryUser } from "@/lib/directory/users/patch";
import { replaceDirectoryUser } from "@/lib/directory/users/replace";
import { ListQuery } from "@/lib/directory/scim/page";
import { answerList, answerResource, answerScim, userResource } from "./answer";
import { bodyOf, type Scim, versionOf } from "./request";

export function mountUsers(scim: Scim): void {
  scim.get("/Users", async (c) => {
    const query = ListQuery.parse(c.req.query());
    const { total, rows } = await listDirectoryUsers(c.get("ctx"), query);
    return answerList(c, { total, startIndex: query.startIndex, resources: rows.map(userResource) });
  });
  scim.post("/Users", async (c) => answerResource(c, 201, userResource(await createDirectoryUser(c.get("ctx"), await bodyOf(c.req.raw)))));
  scim.get("/Users/:id", async (c) => answerResource(c, 200, userResource(await getDirectoryUser(c.get("ctx"), { id: c.req.param("id") }))));
  scim.put("/Users/:id", async (c) => {
    const input = { id: c.req.param("id"), version: versionOf(c.req.header("if-match")), body: await bodyOf(c.req.raw) };
    return answerResource(c, 200, userResource(await replaceDirectoryUser(c.get("ctx"), input)));
  });
  scim.patch("/Users/:id", async (c) => {
    const input = { id: c.req.param("id"), version: versionOf(c.req.header("if-match")), body: await bodyOf(c.req.raw) };
    return answerResource(c, 200, userResource(await patchDirectoryUser(c.get("ctx"), input)));
  });
  scim.delete("/Users/:id", async (c) => {
    await deleteDirectoryUser(c.get("ctx"), { id: c.req.param("id"), version: versionOf(c.req.header("if-match")) });
    return answerScim(c, 204, null);
  });
}

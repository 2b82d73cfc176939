import { createDirectoryGroup } from "@/lib/directory/groups/create";
import { deleteDirectoryGroup } from "@/lib/directory/groups/delete";
import { getDirectoryGroup, listDirectoryGroups } from "@/lib/directory/groups/list";
import { patchDirectoryGroup } from "@/lib/directory/groups/patch";
import { replaceDirectoryGroup } from "@/lib/directory/groups/replace";
import { ListQuery, wantsMembers } from "@/lib/directory/scim/page";
import { answerList, answerResource, answerScim, groupResource } from "./answer";
import { bodyOf, type Scim, versionOf } from "./request";

export function mountGroups(scim: Scim): void {
  scim.get("/Groups", async (c) => {
    const query = ListQuery.parse(c.req.query());
    const { total, rows } = await listDirectoryGroups(c.get("ctx"), query);
    return answerList(c, { total, startIndex: query.startIndex, resources: rows.map((row) => groupResource(row, row.members)) });
  });
  scim.post("/Groups", async (c) => {
    const row = await createDirectoryGroup(c.get("ctx"), await bodyOf(c.req.raw));
    const { members } = await getDirectoryGroup(c.get("ctx"), { id: row.id, withMembers: true });
    return answerResource(c, 201, groupResource(row, members));
  });
  scim.get("/Groups/:id", async (c) => {
    const row = await getDirectoryGroup(c.get("ctx"), { id: c.req.param("id"), withMembers: wantsMembers(ListQuery.parse(c.req.query())) });
    return answerResource(c, 200, groupResource(row, row.members));
  });
  scim.put("/Groups/:id", async (c) => {
    const input = { id: c.req.param("id"), version: versionOf(c.req.header("if-match")), body: await bodyOf(c.req.raw) };
    const row = await replaceDirectoryGroup(c.get("ctx"), input);
    const { members } = await getDirectoryGroup(c.get("ctx"), { id: row.id, withMembers: true });
    return answerResource(c, 200, groupResource(row, members));
  });
  // Without a body, as RFC 7644, section 3.5.2 allows: a large group would be sent for each member added.
  scim.patch("/Groups/:id", async (c) => {
    const input = { id: c.req.param("id"), version: versionOf(c.req.header("if-match")), body: await bodyOf(c.req.raw) };
    const { meta } = groupResource(await patchDirectoryGroup(c.get("ctx"), input), null);
    return answerScim(c, 204, null, { etag: meta.version });
  });
  scim.delete("/Groups/:id", async (c) => {
    await deleteDirectoryGroup(c.get("ctx"), { id: c.req.param("id"), version: versionOf(c.req.header("if-match")) });
    return answerScim(c, 204, null);
  });
}

import { describe, expect, it } from "vitest";
import { attachment } from "./download";

describe("a download of foreign bytes", () => {
  it("is saved rather than shown, and says its hash", async () => {
    const response = attachment(Buffer.from("<script>"), { name: "x.html", sha256: "00".repeat(32) });
    expect(response.headers.get("content-disposition")).toMatch(/^attachment; /);
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("content-type")).toBe("application/octet-stream");
    expect(response.headers.get("repr-digest")).toBe(`sha-256=:${Buffer.alloc(32).toString("base64")}:`);
    expect(await response.text()).toBe("<script>");
  });

  it("keeps its name whatever is in it", () => {
    const header = attachment(Buffer.alloc(0), { name: `Rücklagen "50%" (1).csv` }).headers.get("content-disposition");
    expect(header).toBe(`attachment; filename="R_cklagen _50__ (1).csv"; filename*=UTF-8''R%C3%BCcklagen%20%2250%25%22%20%281%29.csv`);
  });
});

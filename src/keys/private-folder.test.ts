import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { makePrivateFolder } from "./private-folder.js";

describe("a private folder", () => {
  const base = mkdtempSync(join(tmpdir(), "private-folder-"));
  afterAll(() => rmSync(base, { recursive: true }));

  it("is made with what is missing above it, for its owner alone", async () => {
    await makePrivateFolder(join(base, "a/b/c"));
    expect(statSync(join(base, "a/b")).mode & 0o777).toBe(0o700);
    expect(statSync(join(base, "a/b/c")).mode & 0o777).toBe(0o700);
  });

  it("may be there already, and made by several at once", async () => {
    await Promise.all(Array.from({ length: 8 }, () => makePrivateFolder(join(base, "x/y/z"))));
    expect(existsSync(join(base, "x/y/z"))).toBe(true);
  });

  it.runIf(existsSync("/proc/self"))("fails, and does not hang, where none can be made", async () => {
    await expect(makePrivateFolder("/proc/no/such/place")).rejects.toMatchObject({ code: "ENOENT" });
  });
});

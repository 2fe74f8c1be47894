import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CofferError } from "../../errors.js";
import { writeOutputFile } from "./output-file.js";

describe("writeOutputFile", () => {
  const { signal } = new AbortController();
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "coffer-output-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("replaces a file that others could read by one that they cannot", async () => {
    const file = join(folder, "out");
    await writeFile(file, "old", { mode: 0o644 });
    await writeOutputFile(file, Buffer.from("new"), signal);
    expect(await readFile(file, "utf8")).toBe("new");
    if (process.platform !== "win32") expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(["out"]);
  });

  it("replaces no link and nothing behind it", async () => {
    await writeFile(join(folder, "target"), "old");
    await symlink("target", join(folder, "link"));
    await expect(writeOutputFile(join(folder, "link"), Buffer.from("new"), signal)).rejects.toMatchObject({
      code: "USAGE",
    });
    expect(await readFile(join(folder, "target"), "utf8")).toBe("old");
  });

  it("refuses devices and folders", async () => {
    await expect(writeOutputFile("/dev/null", Buffer.from("x"), signal)).rejects.toMatchObject({ code: "USAGE" });
    await expect(writeOutputFile(folder, Buffer.from("x"), signal)).rejects.toMatchObject({ code: "USAGE" });
  });

  it("leaves the old file and nothing else when it is stopped", async () => {
    const file = join(folder, "out");
    await writeFile(file, "old");
    const stopped = AbortSignal.abort(new CofferError("INTERRUPTED", "stopped"));
    await expect(writeOutputFile(file, Buffer.from("new"), stopped)).rejects.toMatchObject({ code: "INTERRUPTED" });
    expect(await readFile(file, "utf8")).toBe("old");
    expect(await readdir(folder)).toEqual(["out"]);
  });
});

import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { COFFER, Desk } from "./desk.js";

/** Whatever stdout is, all of a value goes there: one that no pipe holds at once, and of any bytes. */

const BIG = randomBytes(700_000);
const NON_BLOCKING = "import os, sys; os.set_blocking(1, False); os.execvp(sys.argv[1], sys.argv[1:])";

describe("a large value", () => {
  const desk = new Desk();

  beforeAll(async () => {
    await desk.must(["init"]);
    await desk.must(["put", "BIG"], { stdin: BIG });
  });
  afterAll(() => desk.clear());

  it("goes into a socket, as another program's pipe often is one", async () => {
    expect((await desk.coffer(["get", "BIG"])).bytes.equals(BIG)).toBe(true);
  });

  it("goes into a pipe whose reader takes its time", async () => {
    const { code, bytes } = await desk.shell("set -o pipefail; coffer get BIG | dd bs=100 status=none");
    expect(code).toBe(0);
    expect(bytes.equals(BIG)).toBe(true);
  });

  it("goes into a pipe that somebody has made non-blocking", async () => {
    const get = `python3 -c '${NON_BLOCKING}' "${process.execPath}" "${COFFER}" get BIG`;
    const { code, bytes } = await desk.shell(`set -o pipefail; ${get} | cat`);
    expect(code).toBe(0);
    expect(bytes.equals(BIG)).toBe(true);
  });

  it("goes behind what is in a file already", async () => {
    const { code } = await desk.shell("{ printf before; coffer get BIG; printf after; } > out");
    expect(code).toBe(0);
    const expected = Buffer.concat([Buffer.from("before"), BIG, Buffer.from("after")]);
    expect(readFileSync(`${desk.home}/out`).equals(expected)).toBe(true);
  });

  // macOS and Windows have no such device.
  it.runIf(process.platform === "linux")("fails where there is no room for it", async () => {
    const { code, stderr } = await desk.shell("coffer get BIG > /dev/full");
    expect(code).toBe(1);
    expect(stderr).toContain("coffer: error: cannot write to stdout: ENOSPC");
  });
});

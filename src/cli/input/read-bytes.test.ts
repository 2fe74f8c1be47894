import { PassThrough, Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { CofferError } from "../../errors.js";
import { readBytes } from "./read-bytes.js";

describe("readBytes", () => {
  const { signal } = new AbortController();

  it("joins what comes in pieces", async () => {
    const stream = Readable.from([Buffer.from("a"), Buffer.from("bc")]);
    expect(Buffer.from(await readBytes(stream, "it", 3, signal)).toString()).toBe("abc");
  });

  it("stops at the limit and does not wait for the end", async () => {
    const endless = new PassThrough();
    endless.write("four");
    await expect(readBytes(endless, "it", 3, signal)).rejects.toMatchObject({
      code: "INVALID",
      message: "it is longer than 3 bytes",
    });
    expect(endless.destroyed).toBe(true);
  });

  it("ends with the reason when it is stopped while it waits", async () => {
    const stop = new AbortController();
    const read = readBytes(new PassThrough(), "it", 3, stop.signal);
    stop.abort(new CofferError("INTERRUPTED", "stopped"));
    await expect(read).rejects.toMatchObject({ code: "INTERRUPTED" });
  });
});

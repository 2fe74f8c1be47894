import { PassThrough, Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { CofferError } from "../errors.js";
import { readBytes, readFileBytes } from "./read-bytes.js";

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

describe("readFileBytes", () => {
  it("does not begin when it was stopped before, whether there is such a file or not", async () => {
    const reason = new CofferError("INTERRUPTED", "stopped");
    const unhandled: unknown[] = [];
    const listener = (error: unknown): void => void unhandled.push(error);
    process.on("uncaughtException", listener);
    await expect(readFileBytes("/no/such/file", 3, AbortSignal.abort(reason))).rejects.toBe(reason);
    // Whatever would open the file has had its turn when the next one has been opened.
    await expect(readFileBytes("/no/such/file", 3, new AbortController().signal)).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    process.off("uncaughtException", listener);
    expect(unhandled).toEqual([]);
  });
});

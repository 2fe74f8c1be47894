import { Readable } from "node:stream";
import { expect, it } from "vitest";
import { runCli } from "../run-cli.js";

// What only another platform would show; the rest is in test/conversations/exec-files.test.ts.
it("refuses --as-file NAME=fd on Windows before anything is read, and says what to do", async () => {
  const written: string[] = [];
  const output = { isTerminal: false, write: async (data: Uint8Array | string) => void written.push(String(data)) };
  const code = await runCli(["exec", "-s", "folder:/nowhere/at/all", "--as-file", "A=fd", "--", "true"], {
    stdin: { kind: "none", stream: Readable.from([]) },
    stdout: output,
    stderr: output,
    env: {},
    platform: "win32",
    now: () => new Date(0),
    author: () => undefined,
    signal: new AbortController().signal,
    releaseSignals: () => {},
  });
  expect(code).toBe(125);
  expect(written.join("")).toBe(
    "coffer: error: Windows has no /dev/fd\ncoffer: hint: hand it over with `--as-file NAME=PATH`\n",
  );
});

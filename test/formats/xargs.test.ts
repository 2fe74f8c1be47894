import { test } from "vitest";
import { prove } from "./proof.js";
import { isThere, readNulls, runIn } from "./run.js";

const there = isThere("xargs", ["--version"], "the format xargs-0");

test.skipIf(!there)("xargs -0 env hands exactly what is not refused to a program", () =>
  prove("xargs-0", async (bytes) =>
    readNulls(await runIn({ file: bytes }, "xargs", ["-0", "-x", "-a", "file", "env", "-i", "/usr/bin/env", "-0"])),
  ),
);

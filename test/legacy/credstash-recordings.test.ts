import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCredstash } from "../../src/legacy/credstash/cli.js";
import { type Cloud, startCloud } from "../aws/cloud.js";
import { findEmulator } from "../aws/emulator.js";
import { type CredstashScene, openCredstashScene } from "./credstash-scene.js";
import { expectedOf, readRecording, replay } from "./replay.js";

const source = findEmulator();

/** What fails with credstash or never ends, and how it ends with us: docs/legacy/credstash.md says why. */
const ENDS: Readonly<Record<string, ReturnType<typeof expectedOf>>> = {
  getall: { code: 1, stdout: "{}\n" },
  "put f3 @bin.dat": { code: 0, stdout: "f3 has been stored\n" },
  "put s2 -": { code: 0, stdout: "s2 has been stored\n" },
};

describe.skipIf(source === null)("what was recorded of credstash", () => {
  let cloud: Cloud;
  let scene: CredstashScene;
  beforeAll(async () => {
    if (source === null) return;
    cloud = await startCloud(source);
    scene = openCredstashScene(cloud);
    await scene.newKey("alias/credstash");
  });
  afterAll(async () => {
    scene.close();
    await cloud.stop();
  });

  for (const [index, step] of readRecording("cli-golden-credstash.json").entries()) {
    const line = step.argv?.join(" ") ?? "";
    it(`${index}: credstash ${line}`, async () => {
      const { code, stdout, stderr } = await replay(runCredstash, step);
      const expected =
        typeof step.exit === "number" && step.exit === 0 ? expectedOf(step) : (ENDS[line] ?? expectedOf(step));
      expect({ code, stdout: expected?.stdout === null ? null : stdout }, stderr).toEqual(expected);
      if (code !== 0) expect(stderr).toMatch(/^coffer: error: .+\n/);
    });
  }
});

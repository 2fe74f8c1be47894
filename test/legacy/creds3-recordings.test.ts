import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCreds3 } from "../../src/legacy/creds3/cli.js";
import { type Cloud, startCloud } from "../aws/cloud.js";
import { findEmulator } from "../aws/emulator.js";
import { type Creds3Scene, openCreds3Scene } from "./creds3-scene.js";
import { expectedOf, readRecording, replay, untilNextSecond } from "./replay.js";

const source = findEmulator();

/** What fails with creds3 and does not with us, and what it then prints: docs/legacy/creds3.md says why. */
const WORKS: Readonly<Record<string, string>> = {
  "put f3 @bin.dat": "f3 has been stored\n",
  "put s2 -": "s2 has been stored\n",
};

/** Tried elsewhere, since they would leave a bucket behind that the original could not make. */
const ELSEWHERE = ["setup", "-r us-east-1 setup"];

describe.skipIf(source === null)("what was recorded of creds3", () => {
  let cloud: Cloud;
  let scene: Creds3Scene;
  beforeAll(async () => {
    if (source === null) return;
    cloud = await startCloud(source);
    scene = openCreds3Scene(cloud);
  });
  afterAll(async () => {
    scene.close();
    await cloud.stop();
  });

  const steps = readRecording("cli-golden-creds3.json");
  for (const [index, step] of steps.entries()) {
    const line = step.argv?.join(" ") ?? "";
    if (step.argv === undefined || ELSEWHERE.includes(line)) continue;
    it(`${index}: creds3 ${line}`, async () => {
      const { sleep, setup } = steps[index - 1] ?? {};
      if (sleep !== undefined) await untilNextSecond();
      if (setup !== undefined) {
        await scene.newKey("alias/creds3", "alias/credstash");
        await scene.newKey("alias/other");
      }
      const { code, stdout, stderr } = await replay(runCreds3, step);
      const works = WORKS[line];
      const expected = works === undefined ? expectedOf(step) : { code: 0, stdout: works };
      expect({ code, stdout: expected.stdout === null ? null : stdout }, stderr).toEqual(expected);
      if (code !== 0) expect(stderr).toMatch(/^coffer: error: .+\n/);
    });
  }
});

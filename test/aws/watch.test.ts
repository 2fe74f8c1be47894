import { spawn } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { COFFER, Desk } from "../conversations/desk.js";
import { sh } from "../conversations/running.js";
import { type Cloud, startCloud } from "./cloud.js";
import { findEmulator } from "./emulator.js";

const source = findEmulator();

describe.skipIf(source === null)("exec --watch on S3 and KMS", () => {
  let cloud: Cloud;
  const desk = new Desk();

  beforeAll(async () => {
    if (source === null) return;
    cloud = await startCloud(source);
    const [bucket, key] = [await cloud.newBucket(), await cloud.newKey()];
    await desk.must(["init", "-p", "aws", "-s", `s3://${bucket}/vault`, "-k", `aws-kms:${key}`], { env: cloud.env });
    await desk.must(["profile", "use", "aws"]);
    await desk.must(["put", "prod/A", "one"], { env: cloud.env });
  });
  afterAll(async () => {
    await cloud?.stop();
    desk.clear();
  });

  it("asks for one head per interval, if it has changed, and is answered 304; after a change once more, and for all of it", async () => {
    cloud.proxy.forget();
    const args = [COFFER, "exec", "prod/", "--watch", "--interval", "1s", ...sh('echo "run $A"; exec sleep 1000')];
    const child = spawn(process.execPath, args, {
      env: desk.env(cloud.env),
      cwd: desk.home,
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    let heard = (): void => {};
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      heard();
    });
    const ran = async (text: string): Promise<void> => {
      while (!output.includes(text)) {
        await new Promise<void>((resolve) => {
          heard = resolve;
        });
      }
    };
    await ran("run one");
    for (let looks = 0; looks < 3; looks++) await cloud.proxy.next("GetObject");
    expect(asked()).toEqual(["GetObject 200", "Decrypt 200", "GetObject 304", "GetObject 304", "GetObject 304"]);
    await desk.must(["put", "prod/A", "two"], { env: cloud.env });
    cloud.proxy.forget();
    await ran("run two");
    child.kill("SIGTERM");
    await new Promise((resolve) => child.once("close", resolve));
    // It sees the change, that it stands still since, and reads it. The key is known, so nothing is unwrapped.
    expect(asked()).toEqual(["GetObject 200", "GetObject 304", "GetObject 200"]);
    expect(output).toBe("run one\nrun two\n");
  });

  function asked(): string[] {
    return cloud.proxy.requests.map(({ action, status }) => `${action} ${status}`);
  }
});

import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BucketObjects, openBucketObjects } from "../../src/aws/s3/bucket-objects.js";
import { runDownload } from "../../src/legacy/microsecrets/download.js";
import { runUpload } from "../../src/legacy/microsecrets/upload.js";
import { type Cloud, startCloud } from "../aws/cloud.js";
import { findEmulator } from "../aws/emulator.js";
import { Desk } from "../conversations/desk.js";
import { type Owner, ownMicrosecrets } from "./microsecrets-scene.js";
import { runTool } from "./tool-desk.js";

/** A command of microsecrets 0.3.4 as it was recorded. */
interface Step {
  readonly program: string;
  readonly args: readonly string[];
  readonly stdin: string | null;
  readonly env: Readonly<Record<string, string>>;
  readonly rc: number;
  readonly stdout: string;
}

const file = new URL("../vectors/legacy/cli-golden-microsecrets.json", import.meta.url);
// The file is ours, and every field is compared.
const { steps } = JSON.parse(readFileSync(file, "utf8")) as { steps: readonly Step[] };
const source = findEmulator();

/** Files that the recorded commands read: what they held is known by what became of it. */
const FILES: Readonly<Record<string, string | Uint8Array>> = {
  "e.env": "A=1\nB=2\n",
  "bad.env": "A=1\nNOEQ\n",
  "latin.env": Buffer.from("A=\xff\n", "latin1"),
  "empty.env": "",
  "bom.env": "\ufeffA=1\n",
  "j.json": '{"A": "1", "é": "😀"}',
  "j2.json": '{"A": 1}',
  "j3.json": "[]",
  "j4.json": "{",
  "j5.json": '{"A": null}',
  "train.txt": "choo\0choo\xff\n",
  "train2.txt": "v2\n",
};
const DIGESTS: Readonly<Record<number, string>> = { 40: "sha1", 64: "sha256", 96: "sha384", 128: "sha512" };

describe.skipIf(source === null)("what was recorded of microsecrets", () => {
  let cloud: Cloud;
  let owner: Owner;
  let desk: Desk;
  let objects: BucketObjects;
  let folder: string;
  const before = process.cwd();

  beforeAll(async () => {
    if (source === null) return;
    cloud = await startCloud(source);
    owner = ownMicrosecrets(cloud);
    await owner.newBucket("ms-bucket");
    await owner.newKeys(["myservice", "empty", "svc2", "a/b"]);
    objects = openBucketObjects({ ...(await cloud.aws()), region: "us-east-1" }, "ms-bucket");
    desk = new Desk();
    folder = mkdtempSync(join(tmpdir(), "coffer-microsecrets-"));
    for (const [name, content] of Object.entries(FILES)) writeFileSync(join(folder, name), content);
    process.chdir(folder);
  });
  afterAll(async () => {
    process.chdir(before);
    objects.close();
    owner.close();
    desk.clear();
    rmSync(folder, { recursive: true });
    await cloud.stop();
  });

  /** A checksum that counted then is that of another time: here it is that of what is newest. */
  async function translate(args: readonly string[]): Promise<string[]> {
    const at = args.indexOf("-c");
    const checksum = args[at + 1] ?? "";
    if (at < 0 || args[at + 2] === "-c" || !/^(?!0+$)[0-9a-f]{40,}$/.test(checksum)) return [...args];
    const keys: string[] = [];
    for await (const { key } of objects.list("services/myservice/environment/")) keys.push(key);
    const body = (await objects.get(keys.at(-1) ?? ""))?.body ?? new Uint8Array();
    return args.with(
      at + 1,
      createHash(DIGESTS[checksum.length] ?? "")
        .update(body)
        .digest("hex"),
    );
  }

  async function replay({ program, args, stdin, env }: Step): Promise<{ code: number | null; stdout: string }> {
    const input = stdin === null ? {} : { stdin };
    if (program === "microsecrets-upload") return runTool(runUpload, args, input);
    if (program === "microsecrets-download") return runTool(runDownload, args, input);
    return desk.coffer(["as", program, ...(await translate(args))], { ...input, env: { ...cloud.env, ...env } });
  }

  for (const [index, step] of steps.entries()) {
    it(`${index}: ${step.program} ${step.args.slice(0, 8).join(" ")} ends with ${step.rc}`, async () => {
      const { code, stdout } = await replay(step);
      expect(code).toBe(step.rc);
      if (step.args.includes("-h")) expect(stdout).toContain(`Usage: ${step.program}`);
      else if (step.rc === 0) expect(timeless(stdout)).toBe(timeless(step.stdout));
      else expect(stdout).toBe("");
    });
  }
});

/** Without what another time, person and bytes make of it. */
function timeless(text: string): string {
  return text
    .replace(/\d{4}(-\d\d){2}\.\d\d(-\d\d){2}\.[0-9a-f]{64}/g, "UPLOAD")
    .replace(/checksum: [0-9a-f]{64}/g, "checksum: DIGEST")
    .replace(/\\"timestamp\\": [\d.]+, \\"user\\": \\"[^\\]*\\"/g, "METADATA");
}

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateAliasCommand, CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { makeQuietly } from "../../src/aws/aws.js";
import { runCreds3 } from "../../src/legacy/creds3/cli.js";
import type { Cloud } from "../aws/cloud.js";
import { runTool, type ToolCircumstances, type ToolResult } from "./tool-desk.js";

export const REGION = "us-east-1";

/** Files that the recorded commands read. */
const FILES: Readonly<Record<string, string | Uint8Array>> = {
  "plain.txt": "from file\n",
  "crlf.txt": "a\r\nb\rc\n",
  "bin.dat": Uint8Array.of(0xff, 0xfe, 0, 1),
  "creds.json": '{"fa":"1","fb":"2"}',
};

/** An account in us-east-1, and a folder with the recorded files to work in. */
export interface Creds3Scene {
  readonly s3: S3Client;
  readonly kms: KMSClient;
  /** Runs a command, which must succeed, and gives what it printed. */
  must(...args: readonly string[]): Promise<string>;
  run(args: readonly string[], circumstances?: ToolCircumstances): Promise<ToolResult>;
  newBucket(name: string): Promise<string>;
  /** A key's ARN. */
  newKey(...aliases: readonly string[]): Promise<string>;
  close(): void;
}

/** From here on this process is in that folder, and its region is us-east-1 by AWS_DEFAULT_REGION alone. */
export function openCreds3Scene({ proxy }: Cloud): Creds3Scene {
  const before = process.cwd();
  const folder = mkdtempSync(join(tmpdir(), "coffer-creds3-"));
  for (const [name, content] of Object.entries(FILES)) writeFileSync(join(folder, name), content);
  process.chdir(folder);
  delete process.env.AWS_REGION;
  process.env.AWS_DEFAULT_REGION = REGION;
  const owner = { region: REGION, endpoint: proxy.url, forcePathStyle: true };
  const [kms, s3] = makeQuietly(() => [new KMSClient(owner), new S3Client(owner)] as const);
  const run: Creds3Scene["run"] = (args, circumstances) => runTool(runCreds3, args, circumstances);
  return {
    s3,
    kms,
    run,
    async must(...args) {
      const { code, stdout, stderr } = await run(args);
      if (code !== 0) throw new Error(`creds3 ${args.join(" ")}: ${code} ${stderr}`);
      return stdout;
    },
    async newBucket(name) {
      await s3.send(new CreateBucketCommand({ Bucket: name }));
      return name;
    },
    async newKey(...aliases) {
      const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
      for (const AliasName of aliases) {
        await kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: KeyMetadata?.KeyId }));
      }
      return KeyMetadata?.Arn ?? "";
    },
    close() {
      kms.destroy();
      s3.destroy();
      process.chdir(before);
      rmSync(folder, { recursive: true });
    },
  };
}

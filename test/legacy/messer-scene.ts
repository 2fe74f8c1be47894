import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateAliasCommand } from "@aws-sdk/client-kms";
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { runMesser } from "../../src/legacy/messer/cli.js";
import { type Cloud, REGION } from "../aws/cloud.js";
import type { RecordedRequest } from "../aws/proxy/proxy.js";
import { runTool, type ToolResult } from "./tool-desk.js";

export interface Settings {
  readonly tier?: string;
  readonly folder?: string;
  readonly more?: string;
  readonly silent?: string;
}

/** Two buckets, a master key with an alias, and a folder with configurations that name them. */
export interface MesserScene {
  readonly folder: string;
  readonly secrets: string;
  readonly keys: string;
  readonly alias: string;
  /** The master key's ARN. */
  readonly key: string;
  /** Writes a file and gives its path. */
  file(name: string, text: string): string;
  /** Writes a configuration and gives its path. */
  config(name: string, settings?: Settings): string;
  run(
    args: readonly string[],
    options?: { stdin?: string; env?: Record<string, string>; signal?: AbortSignal },
  ): Promise<ToolResult>;
  /** Runs what must succeed; its stdout. */
  must(...args: string[]): Promise<string>;
  object(
    bucket: string,
    key: string,
  ): Promise<{ body: Buffer; metadata: Record<string, string>; type: string | undefined }>;
  put(bucket: string, key: string, body: string | Uint8Array): Promise<void>;
  keysOf(bucket: string): Promise<string[]>;
  clear(): void;
}

let count = 0;

export async function newMesserScene(cloud: Cloud, names?: { secrets: string; keys: string }): Promise<MesserScene> {
  const folder = mkdtempSync(join(tmpdir(), "coffer-messer-"));
  const alias = `messer-${process.pid}-${count++}`;
  const key = await cloud.newKey();
  await cloud.kms.send(new CreateAliasCommand({ AliasName: `alias/${alias}`, TargetKeyId: key }));
  const make = async (name: string): Promise<string> => {
    const Constraint = { LocationConstraint: REGION } as const;
    await cloud.s3.send(new CreateBucketCommand({ Bucket: name, CreateBucketConfiguration: Constraint }));
    return name;
  };
  const secrets = names === undefined ? await cloud.newBucket() : await make(names.secrets);
  const keys = names === undefined ? await cloud.newBucket() : await make(names.keys);
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  // Nobody's own configuration is meant.
  const home = process.env.HOME ?? "";
  process.env.HOME = folder;
  const scene: MesserScene = {
    folder,
    secrets,
    keys,
    alias,
    key,
    file,
    config: (name, { tier = "dev", folder: secretsFolder = "secrets", more = "", silent } = {}) =>
      file(
        name,
        `[messer]\nmaster_key = ${alias}\ntier = ${tier}\n${silent === undefined ? "" : `silent = ${silent}\n`}
[aws]\nregion = ${REGION}\nsecrets_bucket = ${secrets}\nsecrets_folder = ${secretsFolder}\nkeys_bucket = ${keys}\n${more}\n`,
      ),
    async run(args, { stdin, env = {}, signal } = {}) {
      const before = { ...process.env };
      Object.assign(process.env, env);
      try {
        return await runTool(runMesser, args, { ...(stdin === undefined ? {} : { stdin }), ...(signal && { signal }) });
      } finally {
        for (const name of Object.keys(env)) delete process.env[name];
        Object.assign(process.env, before);
      }
    },
    async must(...args) {
      const { code, stdout, stderr } = await scene.run(args);
      if (code !== 0) throw new Error(`messer ${args.join(" ")}: exit ${code}\n${stderr}`);
      return stdout;
    },
    async object(bucket, at) {
      const {
        Body,
        Metadata = {},
        ContentType,
      } = await cloud.s3.send(new GetObjectCommand({ Bucket: bucket, Key: at }));
      return { body: Buffer.from((await Body?.transformToByteArray()) ?? []), metadata: Metadata, type: ContentType };
    },
    async put(bucket, at, body) {
      await cloud.s3.send(new PutObjectCommand({ Bucket: bucket, Key: at, Body: Buffer.from(body) }));
    },
    async keysOf(bucket) {
      const { Contents = [] } = await cloud.s3.send(new ListObjectsV2Command({ Bucket: bucket }));
      return Contents.map(({ Key = "" }) => Key);
    },
    clear() {
      process.env.HOME = home;
      rmSync(folder, { recursive: true });
    },
  };
  return scene;
}

/** A recording of messer. */
export interface Step {
  readonly label: string | null;
  readonly args: readonly string[];
  readonly stdin: string | null;
  readonly env: Readonly<Record<string, string>>;
  readonly rc: number;
  readonly stdout: string;
}

export function readSteps(name: string): readonly Step[] {
  const file = new URL(`../vectors/legacy/${name}`, import.meta.url);
  // The file is ours, and every field is compared.
  return (JSON.parse(readFileSync(file, "utf8")) as { steps: readonly Step[] }).steps;
}

/** What docs/COSTS.md says that a command of messer asks for: reads, writes and lists of S3, and calls of KMS. */
export function costsOf(command: string): number[] {
  const page = readFileSync(new URL("../../docs/COSTS.md", import.meta.url), "utf8");
  const row = page.split("\n").find((line) => line.startsWith(`| messer: ${command} |`));
  return (row ?? "").split("|").slice(2, 5).map(Number);
}

/** The same, counted. */
export function countCosts(requests: readonly RecordedRequest[]): number[] {
  const s3 = requests.filter(({ service }) => service === "s3");
  const reads = s3.filter(({ action }) => action === "GetObject").length;
  return [reads, s3.length - reads, requests.filter(({ service }) => service === "kms").length];
}

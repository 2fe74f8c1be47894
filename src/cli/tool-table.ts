import type { RunTool } from "../legacy/tool-world.js";
import type { Task } from "./command.js";
import { helper } from "./helper-desk.js";
import { openToolWorld } from "./tool-world.js";
import { VERSION } from "./version.js";

/** A command line of somebody else's that we answer: `coffer as NAME`, or a link of its name. */
export interface Tool {
  readonly name: string;
  /** What a link to it is called, where that is not its name. */
  readonly link?: string;
  readonly summary: string;
  /** Gets its arguments as `task.rest`, byte for byte. Resolves to the exit code. */
  readonly run: (task: Task) => Promise<number>;
  /** What its users know as exit codes of failures; without it 2 for what was asked wrongly, and 1 for the rest. */
  readonly exitCodeOf?: (error: unknown) => number;
}

/** Every one there is, in the order of help. Only the one that runs is loaded. */
export const TOOLS: readonly Tool[] = [
  {
    name: "credstash",
    summary: "credstash: credentials in DynamoDB, each under a data key of KMS",
    run: olderTool(async () => (await import("../legacy/credstash/cli.js")).runCredstash),
  },
  {
    name: "creds3",
    summary: "creds3: credentials on S3, under keys of KMS",
    run: olderTool(async () => (await import("../legacy/creds3/cli.js")).runCreds3),
  },
  {
    name: "psc",
    summary: "psc: secrets in Parameter Store, and references to them in the environment",
    run: olderTool(async () => (await import("../legacy/psc/cli.js")).runPsc),
  },
  {
    name: "messer",
    summary: "messer: data bags on S3, under data keys of KMS",
    run: olderTool(async () => (await import("../legacy/messer/cli.js")).runMesser),
  },
  {
    name: "microsecrets-upload",
    summary: "microsecrets: upload an environment or a file",
    run: olderTool(async () => (await import("../legacy/microsecrets/upload.js")).runUpload),
  },
  {
    name: "microsecrets-download",
    summary: "microsecrets: print an environment, download files",
    run: olderTool(async () => (await import("../legacy/microsecrets/download.js")).runDownload),
  },
  {
    name: "microsecrets-with-env",
    summary: "microsecrets: run a command with an environment",
    run: olderTool(async () => (await import("../legacy/microsecrets/with-env.js")).runWithEnv),
  },
  {
    name: "s3keyring",
    summary: "s3keyring: passwords in a bucket that S3 encrypts",
    run: olderTool(async () => (await import("../legacy/s3keyring/cli.js")).runS3Keyring),
  },
  {
    name: "keyring",
    summary: "the command of Python's keyring, for pip, uv and twine",
    run: helper("keyring", async () => (await import("../keyring/helpers/keyring-command.js")).keyringCommand),
  },
  {
    name: "git-credential",
    link: "git-credential-coffer",
    summary: "git's credential helper",
    run: helper("git", async () => (await import("../keyring/helpers/git-credential.js")).gitCredential),
  },
  {
    name: "docker-credential",
    link: "docker-credential-coffer",
    summary: "docker's credential helper, for podman, skopeo and helm too",
    run: helper("docker", async () =>
      (await import("../keyring/helpers/docker-credential.js")).dockerCredential(VERSION),
    ),
  },
  {
    name: "aws-credential-process",
    summary: "credential_process of AWS's command line and SDKs",
    run: helper("aws", async () => (await import("../keyring/helpers/aws-credential-process.js")).awsCredentialProcess),
  },
  {
    name: "cargo-credential",
    link: "cargo-credential-coffer",
    summary: "cargo's credential provider",
    run: helper("cargo", async () => (await import("../keyring/helpers/cargo-credential.js")).cargoCredential),
  },
  {
    name: "askpass",
    link: "coffer-askpass",
    summary: "answers the prompts of ssh, sudo and git",
    run: helper("askpass", async () => (await import("../keyring/helpers/askpass.js")).askpass),
  },
  {
    name: "terraform-external",
    summary: "the program of terraform's external data source",
    run: helper("terraform", async () => (await import("../keyring/helpers/terraform-external.js")).terraformExternal),
  },
];

/** An older tool, which knows nothing of our settings. */
export function olderTool(load: () => Promise<RunTool>): Tool["run"] {
  return async (task) => (await load())(task.rest, openToolWorld(task));
}

/** The tool of this name. */
export function findTool(name: string): Tool | undefined {
  return TOOLS.find((tool) => tool.name === name);
}

/** The tool whose link a program's path is; on Windows, and in this package, that has an ending. */
export function findToolByLink(path: string): Tool | undefined {
  const called = path.replace(/^.*[/\\]/, "").replace(/\.(?:cmd|cjs)$/i, "");
  return TOOLS.find(({ name, link = name }) => link === called);
}

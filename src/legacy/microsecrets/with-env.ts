import type { BucketObjects } from "../../aws/s3/bucket-objects.js";
import { quote } from "../../core/name.js";
import { isDangerousName } from "../../env/dangerous-names.js";
import { CofferError } from "../../errors.js";
import type { RunTool, ToolWorld } from "../tool-world.js";
import { assertChecksum, assertChecksumLength } from "./checksum.js";
import { buildChildEnvironment, chooseVariables, type Whitelist } from "./child-environment.js";
import { explain, Line, openToolAws, refusal, say } from "./command-line.js";
import {
  type FetchedFile,
  type FileRequest,
  fetchFile,
  parseFileRequest,
  requireNewest,
  withNewFiles,
} from "./files.js";
import { parseEnvironment } from "./format.js";
import { WITH_ENV_HELP } from "./help.js";
import { showKey } from "./uploads.js";

const VALUE = { takes: "value" } as const;
const OPTIONS = [
  { name: "checksum", flags: ["-c", "--checksum"], ...VALUE },
  { name: "whitelist", flags: ["-w", "--whitelist"], ...VALUE },
  { name: "all", flags: ["-a", "--whitelist-all"] },
  { name: "ignore", flags: ["-i", "--ignore-extra"] },
  { name: "no-path", flags: ["-P", "--no-path"] },
  { name: "file", flags: ["-f", "--file"], ...VALUE },
  { name: "delete", flags: ["-D", "--del-env"], ...VALUE },
];

/** `microsecrets-with-env [options] -- COMMAND…` */
export const runWithEnv: RunTool = async (args, world) => {
  const line = new Line(args, OPTIONS);
  const answer = line.answer(WITH_ENV_HELP);
  if (answer !== null) {
    await world.stdout.write(answer);
    return 0;
  }
  const request = readRequest(line);
  const { env, files } = await fetch(line, world, request);
  return withNewFiles(files, () => start(world, request, env));
};

interface Request {
  readonly bucket: string;
  readonly service: string;
  readonly command: string;
  readonly args: readonly string[];
  /** False: the command is a path, also without a slash. */
  readonly inPath: boolean;
  readonly checksum: string | undefined;
  readonly whitelist: Whitelist;
  /** Whether it was -a alone that let every name through. */
  readonly unproven: boolean;
  readonly removed: ReadonlySet<string>;
  readonly files: readonly FileRequest[];
}

/** Everything is looked at before anything is asked. */
function readRequest(line: Line): Request {
  const [command, ...args] = line.rest;
  if (command === undefined) throw refusal("no command is given", "it stands behind --");
  const bucket = line.bucket();
  const { checksum, whitelist, unproven } = readTrust(line);
  return {
    bucket,
    service: line.service(),
    command,
    args,
    inPath: !line.has("no-path"),
    checksum,
    whitelist,
    unproven,
    removed: new Set(words(line.all("delete"))),
    files: line.all("file").map((argument) => parseFileRequest(argument, { path: true })),
  };
}

/** Whom to believe: a checksum, a whitelist, both, or everybody. */
function readTrust(line: Line): Pick<Request, "checksum" | "whitelist" | "unproven"> {
  const [hasList, hasAll] = [line.has("whitelist"), line.has("all")];
  if (hasList && hasAll) throw new CofferError("USAGE", "-w/--whitelist and -a/--whitelist-all exclude each other");
  if (line.text("checksum") === undefined && !hasList && !hasAll) {
    throw refusal(
      "nothing says which variables to believe",
      "give one of -c/--checksum, -w/--whitelist, -a/--whitelist-all",
    );
  }
  const checksum = line.all("checksum").at(-1);
  if (checksum !== undefined) assertChecksumLength(checksum);
  const names = hasList ? new Set(words(line.all("whitelist"))) : null;
  return {
    checksum,
    whitelist: { names, ignoreOthers: line.has("ignore") },
    unproven: checksum === undefined && hasAll,
  };
}

function words(lists: readonly string[]): string[] {
  return lists.flatMap((list) => list.split(/\s+/)).filter((word) => word !== "");
}

interface Fetched {
  readonly env: Record<string, string>;
  readonly files: readonly FetchedFile[];
}

/** Downloads all at once, 2 requests each, and proves all before any of it is used. */
async function fetch(line: Line, world: ToolWorld, request: Request): Promise<Fetched> {
  const aws = await openToolAws(line, world);
  const { openBucketObjects } = await import("../../aws/s3/bucket-objects.js");
  const objects = openBucketObjects(aws, request.bucket);
  try {
    const [env, ...files] = await Promise.all([
      fetchEnvironment(line, world, objects, request),
      ...request.files.map((file) => fetchFile(objects, request.service, file, world.signal)),
    ]);
    return { env, files };
  } finally {
    objects.close();
  }
}

async function fetchEnvironment(
  line: Line,
  world: ToolWorld,
  objects: BucketObjects,
  { service, checksum, whitelist, unproven, removed }: Request,
): Promise<Record<string, string>> {
  const { key, body } = await requireNewest(objects, { service, label: null }, world.signal);
  const place = showKey(objects, key);
  await explain(line, world, `the newest environment is ${place}`);
  if (checksum !== undefined) assertChecksum(body, checksum, place);
  const stored = parseEnvironment(body, place);
  const { variables, skipped } = chooseVariables(stored, whitelist);
  if (skipped.length > 0) await say(world, `left out, since not on the whitelist: ${skipped.map(quote).join(", ")}`);
  if (unproven)
    await warn(
      world,
      variables.map(([name]) => name).filter((name) => !removed.has(name)),
    );
  return buildChildEnvironment({ base: world.env, variables, metadata: stored.metadata, source: key, removed });
}

/** Whoever may upload could have chosen these. */
async function warn(world: ToolWorld, names: readonly string[]): Promise<void> {
  const dangerous = names.filter((name) => isDangerousName(name, { ignoreCase: world.platform === "win32" }));
  if (dangerous.length === 0) return;
  const listed = dangerous.map(quote).join(", ");
  await say(world, `warning: -a lets through what can make the command run code or turn elsewhere: ${listed}`);
}

async function start(world: ToolWorld, { command, args, inPath }: Request, env: Fetched["env"]): Promise<number> {
  const { runChild } = await import("../../run/run-child.js");
  world.signal.throwIfAborted();
  const program = inPath || command.includes("/") ? command : `./${command}`;
  const outcome = runChild({ command, program, args, env });
  // By now the child's runner listens to the signals.
  world.releaseSignals();
  const ended = await outcome;
  if ("error" in ended) throw ended.error;
  return ended.code;
}

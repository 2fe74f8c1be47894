import type { BucketObjects } from "../../aws/s3/bucket-objects.js";
import { compareText } from "../../core/bytes.js";
import { CofferError } from "../../errors.js";
import { Python2Dict } from "../python2/dict.js";
import type { RunTool, ToolWorld } from "../tool-world.js";
import { assertChecksum, assertChecksumLength } from "./checksum.js";
import { explain, Line, openToolAws, refusal } from "./command-line.js";
import { type FileRequest, fetchFile, parseFileRequest, requireNewest, withNewFiles } from "./files.js";
import { parseEnvironment, renderEnvironment } from "./format.js";
import { DOWNLOAD_HELP } from "./help.js";
import { filesFolderOf, keyOf, parseLabel } from "./layout.js";
import { listUploads, showKey } from "./uploads.js";

const OPTIONS = [
  { name: "checksum", flags: ["-c", "--checksum"], takes: "value" as const },
  { name: "file", flags: ["-f", "--file"], takes: "value" as const },
  { name: "list", flags: ["-l", "--list"] },
];

/** `microsecrets-download [options]` */
export const runDownload: RunTool = async (args, world) => {
  const line = new Line(args, OPTIONS);
  const answer = line.answer(DOWNLOAD_HELP);
  if (answer !== null) {
    await world.stdout.write(answer);
    return 0;
  }
  const request = readRequest(line);
  const aws = await openToolAws(line, world);
  const { openBucketObjects } = await import("../../aws/s3/bucket-objects.js");
  const objects = openBucketObjects(aws, request.bucket);
  try {
    if (line.has("list")) await world.stdout.write(await listNewest(objects, request.service, world.signal));
    else await download(line, world, objects, request);
    return 0;
  } finally {
    objects.close();
  }
};

interface Request {
  readonly bucket: string;
  readonly service: string;
  readonly files: readonly FileRequest[];
  /** Null where the environment is not asked for. */
  readonly environment: { readonly checksum: string | undefined } | null;
}

function readRequest(line: Line): Request {
  if (line.rest.length > 0) throw refusal("there are arguments that are no options", "files are named with -f/--file");
  const [bucket, service] = [line.bucket(), line.service()];
  const checksum = line.all("checksum").at(-1);
  if (checksum !== undefined) assertChecksumLength(checksum);
  const files = line.all("file").map((argument) => parseFileRequest(argument, { path: false }));
  if (checksum !== undefined && files.some(({ path }) => path === null)) {
    throw new CofferError("USAGE", "a file and the environment cannot both go to stdout", {
      hint: "give the file a path (-f NAME:PATH), or leave -c out",
    });
  }
  return { bucket, service, files, environment: files.length > 0 && checksum === undefined ? null : { checksum } };
}

async function download(line: Line, world: ToolWorld, objects: BucketObjects, request: Request): Promise<void> {
  const { service, files, environment } = request;
  const [text, ...fetched] = await Promise.all([
    environment === null ? null : readEnvironment(line, world, objects, { service, ...environment }),
    ...files.map((file) => fetchFile(objects, service, file, world.signal)),
  ]);
  world.signal.throwIfAborted();
  await withNewFiles(fetched, async () => {
    for (const { path, bytes } of fetched) if (path === null) await world.stdout.write(bytes);
    if (text !== null) await world.stdout.write(text);
  });
}

async function readEnvironment(
  line: Line,
  world: ToolWorld,
  objects: BucketObjects,
  { service, checksum }: { service: string; checksum: string | undefined },
): Promise<string> {
  const { key, body } = await requireNewest(objects, { service, label: null }, world.signal);
  await explain(line, world, `the newest environment is ${showKey(objects, key)}`);
  if (checksum !== undefined) assertChecksum(body, checksum, showKey(objects, key));
  return renderEnvironment(parseEnvironment(body, showKey(objects, key)).environment);
}

/** The keys of what is newest: the environment, then each file, in the order of a dict by labels. */
async function listNewest(objects: BucketObjects, service: string, signal: AbortSignal): Promise<string> {
  const environment = { service, label: null };
  const [ids, labelled] = await Promise.all([
    listUploads(objects, environment, signal),
    listLabels(objects, service, signal),
  ]);
  const newest = ids.at(-1);
  const keys = [
    ...(newest === undefined ? [] : [keyOf(environment, newest)]),
    ...Array.from(labelled, ([, key]) => key),
  ];
  return keys.map((key) => `${key}\n`).join("");
}

async function listLabels(objects: BucketObjects, service: string, signal: AbortSignal): Promise<Python2Dict<string>> {
  const newest = new Python2Dict<string>();
  for await (const { key } of objects.list(filesFolderOf(service), { signal })) {
    const label = parseLabel(service, key);
    if (label !== null && compareText(newest.get(label) ?? "", key) < 0) newest.set(label, key);
  }
  return newest;
}

import type { RunTool, ToolWorld } from "../tool-world.js";
import { explain, Line, openToolAws, refusal, say } from "./command-line.js";
import { encodeEnvironment } from "./format.js";
import { UPLOAD_HELP } from "./help.js";
import { parseJsonPairs, parsePairs } from "./input.js";
import { keyOf, type Place } from "./layout.js";
import { findKmsKey, findNewestIfAllowed, putUpload } from "./uploads.js";

const OPTIONS = [
  { name: "json", flags: ["-j", "--json"] },
  { name: "file", flags: ["-f", "--file"], takes: "value" as const },
  { name: "kms-key", flags: ["--kms-key"], takes: "value" as const },
];

/** `microsecrets-upload [options] [FILE]` */
export const runUpload: RunTool = async (args, world) => {
  const line = new Line(args, OPTIONS);
  const answer = line.answer(UPLOAD_HELP);
  if (answer !== null) {
    await world.stdout.write(answer);
    return 0;
  }
  const bucket = line.bucket();
  const place: Place = { service: line.service(), label: line.text("file") ?? null };
  if (line.rest.length > 1) throw refusal("there is more than one file", "upload them one by one");
  const now = world.now();
  const body = encode(line, await read(line, world), { time: now, user: world.author() ?? "unknown" });
  const key = await upload(line, world, { bucket, place, body, now });
  const checksum = /\.([0-9a-f]{64})(?:\.json)?$/.exec(key)?.[1] ?? "";
  await world.stdout.write(
    `Successfully uploaded data to S3:\n  bucket: ${bucket}\n  path: ${key}\n  checksum: ${checksum}\n`,
  );
  return 0;
};

/** All input is read before anything is asked of AWS. */
async function read(line: Line, world: ToolWorld): Promise<Uint8Array> {
  const { readInput, readInputFile } = await import("../read-input.js");
  const [file] = line.rest;
  if (file !== undefined) return readInputFile(file, world.signal);
  if (world.stdin.kind === "terminal") {
    const what = line.text("file") !== undefined ? "data" : line.has("json") ? "a JSON object" : "NAME=value lines";
    await say(
      world,
      `reading ${what} from stdin, to be ended with ${world.platform === "win32" ? "Ctrl-Z" : "Ctrl-D"}`,
    );
  }
  return readInput(world.stdin.stream, world.signal);
}

function encode(line: Line, input: Uint8Array, note: { time: Date; user: string }): Uint8Array {
  if (line.text("file") !== undefined) return input;
  const file = line.rest[0] ?? "stdin";
  return encodeEnvironment(line.has("json") ? parseJsonPairs(input, file) : parsePairs(input, file), note);
}

/** Gives the key under which it was put. */
async function upload(
  line: Line,
  world: ToolWorld,
  { bucket, place, body, now }: { bucket: string; place: Place; body: Uint8Array; now: Date },
): Promise<string> {
  const aws = await openToolAws(line, world);
  const [{ openBucketObjects }, { openDataKeys }] = await Promise.all([
    import("../../aws/s3/bucket-objects.js"),
    import("../../aws/kms/data-keys.js"),
  ]);
  const [objects, keys] = [openBucketObjects(aws, bucket), openDataKeys(aws)];
  try {
    const [kmsKey, newest] = await Promise.all([
      findKmsKey(keys, place.service, line.text("kms-key"), world.signal),
      findNewestIfAllowed(objects, place, world.signal),
    ]);
    await explain(line, world, `uploading ${body.byteLength} bytes under the key ${kmsKey}`);
    return keyOf(place, await putUpload(objects, { place, body, now, newest, kmsKey }, world.signal));
  } finally {
    objects.close();
    keys.close();
  }
}

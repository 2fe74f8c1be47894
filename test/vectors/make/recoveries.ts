import { compareText, encodeBase64url } from "../../../src/core/bytes.js";
import type { Context } from "../../../src/core/context.js";
import type { KeyRecord } from "../../../src/core/documents/key-table.js";
import { bindingOf } from "../../../src/keys/recovery-binding.js";
import { keyContext } from "../../../src/vault/key-ring.js";
import { ageFile } from "./age-file.js";
import { type Edit, inCommit, lines, rewrite } from "./rewrite.js";
import { put, type Scene, vaultCommits } from "./scene.js";
import { seeded } from "./seeded.js";
import { FOUND_BAD, FOUND_GOOD, type Named, read, refused, VERIFY, value, vector } from "./vector.js";

const RECIPIENT = "age14m9fv3ndez09z5sccwm6xu2vpp3sth7magds0drclf52d448yyaq2zw4g7";
/** Of these vectors, and of nothing else in the world. */
const IDENTITY = "AGE-SECRET-KEY-1EMQNXF4G2HFEW5JNS0QL7MVRCJ9XR68X4KJGPSKZ86K5LZQG00CQLKMPDD";

const CONTEXT = { env: "prod" };
const BY = `age:${RECIPIENT}`;

/** Makes the age file of a data key and its context, or a wrong one. */
type Wrap = (key: Uint8Array, context: Context) => Uint8Array;

/** Keys that are wrapped for a recovery key as well: what its identity opens, and what the master key still does. */
export async function* recoveryVectors(): AsyncGenerator<Named> {
  const bare = await vaultCommits(
    "recovery",
    "prod",
    [put("KEY", "one"), put("CTX", "in place", { context: CONTEXT })],
    [put("KEY", "two"), put("OWN", "alone", { ownKey: true })],
  );
  yield* opened(rewrite(bare, { head: inHead(wrapping(bare, bound)), commit: inBody(wrapping(bare, bound)) }));
  yield* closed(bare);
  yield* wrong(bare);
}

async function* opened(scene: Scene): AsyncGenerator<Named> {
  const byIdentity = { ...scene, masterKey: `${IDENTITY}\n` };
  yield vector("recovery", "A value by the recovery key.", byIdentity, read("KEY"), value("two"));
  yield vector("recovery-past", "An older version.", byIdentity, read("KEY", { version: 1 }), value("one"));
  yield vector("recovery-own-key", "Under a key of its own.", byIdentity, read("OWN"), value("alone"));
  const withContext = read("CTX", { context: CONTEXT });
  yield vector("recovery-context", "With its context.", byIdentity, withContext, value("in place"));
  const otherContext = read("CTX", { context: { env: "test" } });
  yield vector("recovery-context-other", "With another context.", byIdentity, otherContext, refused("CONTEXT"));
  yield vector("recovery-verify", "All of it, verified by the recovery key.", byIdentity, VERIFY, FOUND_GOOD);
  yield vector("recovery-master", "The master key opens it as before.", scene, read("KEY"), value("two"));
  yield vector("recovery-master-past", "An older version.", scene, read("KEY", { version: 1 }), value("one"));
  yield vector("recovery-master-verify", "All of it, verified by the master key.", scene, VERIFY, FOUND_GOOD);
}

async function* closed(bare: Scene): AsyncGenerator<Named> {
  const later = rewrite(bare, {
    head: inHead(wrapping(bare, bound)),
    commit: inCommit(2, inBody(wrapping(bare, bound))),
  });
  const byIdentity = { ...later, masterKey: `${IDENTITY}\n` };
  yield vector("recovery-later", "What was wrapped for it opens.", byIdentity, read("KEY"), value("two"));
  const past = read("KEY", { version: 1 });
  yield vector("recovery-later-past", "What was not stays closed.", byIdentity, past, refused("ACCESS_DENIED"));
  const denied = { ok: false, error: "ACCESS_DENIED" } as const;
  yield vector("recovery-later-verify", "Verify says so.", byIdentity, VERIFY, denied);
}

async function* wrong(bare: Scene): AsyncGenerator<Named> {
  const wraps: readonly (readonly [string, string, Wrap])[] = [
    ["other-place", "An age file of a data key of another namespace.", (key) => bound(key, { other: "place" })],
    ["unbound", "An age file of the data key alone.", (key) => file(key)],
    ["longer", "An age file with a byte behind the data key.", (key, full) => file(bindingOf(full), key, Buffer.of(0))],
    ["other-key", "An age file of another data key.", (_, full) => file(bindingOf(full), Buffer.alloc(32, 1))],
    ["cut", "An age file without its last byte.", (key, full) => bound(key, full).subarray(0, -1)],
    ["armoured", "An age file as text.", (key, full) => armoured(bound(key, full))],
    ["header", "An age file whose header was changed.", (key, full) => changed(bound(key, full))],
  ];
  for (const [name, about, wrap] of wraps) {
    const scene = { ...rewrite(bare, { head: inHead(wrapping(bare, wrap)) }), masterKey: `${IDENTITY}\n` };
    yield vector(`recovery-${name}`, about, scene, read("KEY"), refused("INTEGRITY"));
    yield vector(`recovery-${name}-verify`, "Verified.", scene, VERIFY, FOUND_BAD);
  }
}

function bound(key: Uint8Array, context: Context): Buffer {
  return file(bindingOf(context), key);
}

/** Its random bytes follow from what it holds, so that the order in which they are made is of no account. */
function file(...content: readonly Uint8Array[]): Buffer {
  const bytes = Buffer.concat(content);
  return ageFile(RECIPIENT, bytes, seeded(`age ${bytes.toString("hex")}`));
}

function armoured(bytes: Buffer): Buffer {
  const text = bytes.toString("base64").replace(/.{64}/g, "$&\n").trimEnd();
  return Buffer.from(`-----BEGIN AGE ENCRYPTED FILE-----\n${text}\n-----END AGE ENCRYPTED FILE-----\n`);
}

/** One bit of what the header's own MAC covers. */
function changed(bytes: Buffer): Buffer {
  const at = bytes.indexOf("\n", bytes.indexOf("-> ")) + 3;
  return Buffer.concat([bytes.subarray(0, at), Buffer.of(bytes[at] === 0x41 ? 0x42 : 0x41), bytes.subarray(at + 1)]);
}

/** Adds to every key of a table a wrapping for the recovery key. */
function wrapping(scene: Scene, wrap: Wrap): (keys: readonly KeyRecord[]) => KeyRecord[] {
  return (keys) =>
    keys.map((record, index) => {
      const user = record.context === undefined ? {} : CONTEXT;
      const full = keyContext(scene, record.epoch, index === 0 ? "epoch" : "own", user);
      const key = scene.dataKeys.get(record.id)?.reveal() ?? new Uint8Array(0);
      const added = { by: BY, wrapped: encodeBase64url(wrap(key, full)) };
      return { ...record, wrappings: [...record.wrappings, added].sort((a, b) => compareText(a.by, b.by)) };
    });
}

function inHead(edit: (keys: readonly KeyRecord[]) => KeyRecord[]): Edit {
  return lines(([header = "", ...rest]) => [withKeys(header, edit), ...rest]);
}

function inBody(edit: (keys: readonly KeyRecord[]) => KeyRecord[]): Edit {
  return lines(([header = "", body = "", ...rest]) => [header, withKeys(body, edit), ...rest]);
}

function withKeys(line: string, edit: (keys: readonly KeyRecord[]) => KeyRecord[]): string {
  const document: { keys: KeyRecord[] } = JSON.parse(line);
  return JSON.stringify({ ...document, keys: edit(document.keys) });
}

import { blobKey } from "../../../src/core/layout.js";
import { pad } from "../../../src/core/padding.js";
import { type Place, sealValue } from "../../../src/core/sealing.js";
import { Sensitive } from "../../../src/core/sensitive.js";
import { Hand } from "./hand.js";
import { replace, rewrite, tamper, tamperText } from "./rewrite.js";
import { commitOf, put, type Scene, vaultCommits, withObjects } from "./scene.js";
import { currentOf, sealPadded, withSealed } from "./seal-by-hand.js";
import { FOUND_BAD, FOUND_GOOD, type Named, read, refused, VERIFY, value, vector } from "./vector.js";

/** Values that are not where, or not what, they must be. */
export async function* badValueVectors(): AsyncGenerator<Named> {
  yield* otherPlaces();
  yield* otherBytes();
  yield* paddings();
  yield* swaps();
  yield* blobs();
  yield* nulls();
}

const INTEGRITY = refused("INTEGRITY");
const base = (seed: string): Promise<Scene> => vaultCommits(seed, "prod", [put("DB_URL", "one"), put("OTHER", "two")]);

async function* otherPlaces(): AsyncGenerator<Named> {
  const places: [file: string, place: Partial<Place>][] = [
    ["name", { name: "OTHER" }],
    ["version", { version: 2 }],
    ["namespace", { namespace: "dev" }],
    ["type", { type: "binary" }],
    ["store", { store: "AAAAAAAAAAAAAAAAAAAAAA" }],
    ["context", { context: { env: "prod" } }],
  ];
  for (const [what, other] of places) {
    const file = `sealed-for-other-${what}`;
    const scene = withSealed(await base(file), "DB_URL", (key, place) =>
      sealValue(key, { ...place, ...other }, Sensitive.fromText("one"), fixedSalt),
    );
    yield vector(
      file,
      `A value that was sealed for another ${what}, in a head that a key holder wrote.`,
      scene,
      read("DB_URL"),
      INTEGRITY,
    );
  }
  const relabelled: [file: string, from: string | RegExp, to: string][] = [
    ["relabelled-type", '"type":"text"', '"type":"binary"'],
    ["relabelled-name", '"name":"DB_URL"', '"name":"DB_URI"'],
    [
      "relabelled-version",
      /"name":"DB_URL","top":1,"made":\[1\],"current":\{"version":1/,
      '"name":"DB_URL","top":2,"made":[1,1],"current":{"version":2',
    ],
  ];
  for (const [file, from, to] of relabelled) {
    const scene = rewrite(await base(file), { head: replace(from, to) });
    yield vector(
      file,
      "A head that a key holder wrote says something else of a value than it was sealed for.",
      scene,
      read(file === "relabelled-name" ? "DB_URI" : "DB_URL"),
      INTEGRITY,
    );
  }
}

async function* otherBytes(): AsyncGenerator<Named> {
  const changes: [file: string, about: string, change: (sealed: Buffer) => Uint8Array][] = [
    ["tag-cut", "A tag of 12 bytes, which GCM implementations may take.", (sealed) => sealed.subarray(0, -4)],
    ["tag-gone", "No tag.", (sealed) => sealed.subarray(0, -16)],
    ["salt-flipped", "One bit of the salt.", flip(0)],
    ["commitment-flipped", "One bit of the commitment.", flip(32)],
    ["ciphertext-flipped", "One bit of the ciphertext.", flip(64)],
    ["tag-flipped", "One bit of the tag.", flip(-1)],
    ["sealed-longer", "A byte more.", (sealed) => Buffer.concat([sealed, Buffer.alloc(1)])],
  ];
  for (const [file, about, change] of changes) {
    // Long enough to be more than the least sealed value even when cut.
    const whole = await vaultCommits(file, "prod", [put("DB_URL", "x".repeat(60))]);
    const scene = withSealed(whole, "DB_URL", (_, __, sealed) => change(Buffer.from(sealed)));
    yield vector(file, `${about} The head is one that a key holder wrote.`, scene, read("DB_URL"), INTEGRITY);
  }
}

async function* paddings(): AsyncGenerator<Named> {
  const badly: [file: string, about: string, padded: () => Buffer][] = [
    [
      "padding-of-next-bucket",
      "Padded to 64 bytes where 32 are enough.",
      () => Buffer.concat([pad(Buffer.from("one")), Buffer.alloc(32)]),
    ],
    ["padding-too-short", "Not padded to a bucket.", () => Buffer.concat([pad(Buffer.alloc(40)).subarray(0, 44)])],
    ["padding-not-zero", "A padding byte that is not zero.", () => withByte(pad(Buffer.from("one")), 31, 1)],
    [
      "padding-length-beyond",
      "A length that goes beyond the padded value.",
      () => withByte(pad(Buffer.from("one")), 3, 29),
    ],
    ["padding-length-huge", "A length of nearly 4 GiB.", () => withByte(pad(Buffer.from("one")), 0, 0xff)],
  ];
  for (const [file, about, padded] of badly) {
    const scene = withSealed(await base(file), "DB_URL", (key, place) =>
      sealPadded(key, place, padded(), fixedSalt(32)),
    );
    yield vector(file, about, scene, read("DB_URL"), INTEGRITY);
  }
}

async function* swaps(): AsyncGenerator<Named> {
  const scene = await base("swapped");
  const swap = (text: string): string => {
    const [a, b] = [sealedOf(scene, "DB_URL"), sealedOf(scene, "OTHER")];
    return text.replace(a, "?").replace(b, a).replace("?", b);
  };
  yield vector(
    "swapped-by-key-holder",
    "Two names have each other's values; the MAC holds.",
    rewrite(scene, { head: swap }),
    read("DB_URL"),
    INTEGRITY,
  );
  yield vector(
    "swapped-by-stranger",
    "Two names have each other's values; the MAC does not hold.",
    tamperText(scene, "heads/prod", swap),
    read("DB_URL"),
    INTEGRITY,
  );
  yield vector(
    "swapped-verify",
    "The same in verify without a key.",
    tamperText(scene, "heads/prod", swap),
    { do: "verify", noKey: true },
    FOUND_BAD,
  );
}

async function* blobs(): AsyncGenerator<Named> {
  const scene = await vaultCommits("blobs", "prod", [put("LARGE", "x".repeat(5000)), put("OTHER", "y".repeat(5000))]);
  const [a, b] = [blobOf(scene, "LARGE"), blobOf(scene, "OTHER")];
  const gone = withObjects(scene, { [a]: undefined });
  yield vector("blob-missing", "A blob is missing.", gone, read("LARGE"), INTEGRITY);
  yield vector("blob-missing-verify", "A blob is missing.", gone, { do: "verify", noKey: true }, FOUND_BAD);
  const changed = tamper(scene, a, (bytes) => withByte(bytes, 100, (bytes[100] ?? 0) ^ 1));
  yield vector("blob-changed", "A blob was changed.", changed, read("LARGE"), INTEGRITY);
  yield vector("blob-changed-verify", "A blob was changed.", changed, { do: "verify", noKey: true }, FOUND_BAD);
  const swapped = withObjects(scene, { [a]: scene.objects.get(b), [b]: scene.objects.get(a) });
  yield vector("blob-swapped", "Two blobs have each other's bytes.", swapped, read("LARGE"), INTEGRITY);
  const longer = tamper(scene, a, (bytes) => Buffer.concat([bytes, Buffer.from("\n")]));
  yield vector("blob-longer", "A blob with a byte more.", longer, read("LARGE"), INTEGRITY);
}

async function* nulls(): AsyncGenerator<Named> {
  const hand = new Hand("null-not-purged");
  const first = await hand.commit([hand.put("KEY", "one")]);
  await hand.commit([hand.put("KEY", "two")]);
  const kept = hand.scene();
  hand.destroy("KEY", 1);
  const scene = hand.scene();
  yield vector(
    "null-not-purged",
    "A value is gone that no purge names.",
    scene,
    read("KEY", { version: 1 }),
    INTEGRITY,
  );
  yield vector(
    "null-not-purged-past",
    "The same, asked for by its commit.",
    scene,
    read("KEY", { at: first }),
    INTEGRITY,
  );
  yield vector("null-not-purged-verify", "The same in verify.", scene, { do: "verify", noKey: true }, FOUND_BAD);
  yield vector("null-not-purged-current", "What is current is in the head.", scene, read("KEY"), value("two"));
  yield vector("null-not-purged-before", "It was there.", kept, read("KEY", { version: 1 }), value("one"));
  const back = new Hand("purged-put-back");
  const old = await back.commit([back.put("KEY", "one")]);
  await back.commit([back.put("KEY", "two"), { op: "purge", name: "KEY", versions: [[1, 1]] }]);
  yield vector(
    "purged-put-back",
    "A purged value that somebody put back, or that was not destroyed yet.",
    back.scene(),
    read("KEY", { version: 1 }),
    refused("NOT_FOUND"),
  );
  yield vector(
    "purged-put-back-past",
    "The same, asked for by its commit.",
    back.scene(),
    read("KEY", { at: old }),
    refused("NOT_FOUND"),
  );
  yield vector("purged-put-back-verify", "It proves nothing.", back.scene(), VERIFY, FOUND_GOOD);
}

function fixedSalt(length: number): Uint8Array {
  return Buffer.alloc(length, 0x5a);
}

function flip(index: number): (sealed: Buffer) => Uint8Array {
  return (sealed) => {
    const at = index < 0 ? sealed.byteLength + index : index;
    return withByte(sealed, at, (sealed[at] ?? 0) ^ 1);
  };
}

function withByte(bytes: Uint8Array, index: number, byte: number): Buffer {
  const changed = Buffer.from(bytes);
  changed[index] = byte;
  return changed;
}

function sealedOf(scene: Scene, name: string): string {
  const current = currentOf(scene, name);
  return "value" in current ? current.value : "";
}

function blobOf(scene: Scene, name: string): string {
  const current = currentOf(scene, name);
  if (!("blob" in current)) throw new TypeError(`${name} lies in no blob`);
  return blobKey(scene.namespace, commitOf(scene, current.blob).header.sequence, current.hash);
}

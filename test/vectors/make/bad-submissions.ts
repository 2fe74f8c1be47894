import { encodeBase64url } from "../../../src/core/bytes.js";
import { parseSubmission } from "../../../src/core/documents/submission.js";
import { authenticate, sealSubmitted, sealValue, wrapKey } from "../../../src/core/sealing.js";
import { Sensitive } from "../../../src/core/sensitive.js";
import { parseKeyFile } from "../../../src/keys/key-file.js";
import { keyContext } from "../../../src/vault/key-ring.js";
import { type Handed, handed, handIn, open } from "./handed.js";
import { type Edit, lines, replace, tamperText } from "./rewrite.js";
import { headOf, put, type Scene, vaultCommits, withObjects } from "./scene.js";
import { withSealed } from "./seal-by-hand.js";
import { type Named, read, refused, vector } from "./vector.js";

const INTEGRITY = refused("INTEGRITY");

/** Submissions that are not as they were handed in, or could never have been. */
export async function* badSubmissionVectors(): AsyncGenerator<Named> {
  const one = await handIn("submission-bad", [handed("KEY", "two"), handed("OTHER", "three")], { message: "why" });
  yield* changed(one);
  yield* misplaced(one);
  yield* bySomebodyWithTheKeys(one);
  yield* misspelt(one);
  yield* confused();
}

async function* changed(one: Handed): AsyncGenerator<Named> {
  const edits: [file: string, about: string, edit: Edit][] = [
    ["name", "The name is another.", replace('"name":"KEY"', '"name":"KEX"')],
    ["type", "The type is another.", replace('"type":"text"', '"type":"binary"')],
    ["comment", "A comment was added.", replace('"type":"text"', '"type":"text","comment":"x"')],
    ["author", "The sender is another.", replace('"author":"ada', '"author":"eve')],
    ["time", "The time is another.", replace('"time":"2026', '"time":"2027')],
    ["message", "The message is gone.", replace('"message":"why",', "")],
    ["value", "A value is another.", replace(/"value":"..../, '"value":"AAAA')],
    ["values-swapped", "Two values have changed places.", swapValues],
    ["line-gone", "One of two lines is gone.", lines((all) => [all[0] ?? "", ...all.slice(2)])],
    ["mac", "The mac is another.", replace(/"mac":"...../, '"mac":"AAAAA')],
    ["wrapping", "The wrapping is another.", replace(/"wrapped":"..../, '"wrapped":"AAAA')],
    ["key-id", "The key's id is another.", replace(/"id":"k..../, '"id":"kAAAA')],
  ];
  for (const [file, about, edit] of edits)
    yield vector(
      `submission-changed-${file}`,
      `A submission changed without its key. ${about}`,
      tamperText(one.scene, one.key, edit),
      open(one.id),
      INTEGRITY,
    );
}

async function* misplaced(one: Handed): AsyncGenerator<Named> {
  const id = `s${"0".repeat(32)}`;
  const bytes = one.scene.objects.get(one.key) ?? Buffer.alloc(0);
  const text = Buffer.from(bytes).toString("utf8");
  const renamed = (content: string): Scene => withObjects(one.scene, { [`inbox/prod/${id}`]: Buffer.from(content) });
  yield vector("submission-renamed", "A submission under another id than its own.", renamed(text), open(id), INTEGRITY);
  yield vector(
    "submission-renamed-and-relabelled",
    "The same; it says so, too.",
    renamed(text.replaceAll(one.id, id)),
    open(id),
    INTEGRITY,
  );
  const dev = { ...one.scene, namespace: "dev" };
  const moved = (content: string): Scene => withObjects(dev, { [`inbox/dev/${one.id}`]: Buffer.from(content) });
  yield vector(
    "submission-moved",
    "A submission in the inbox of another namespace.",
    moved(text),
    open(one.id),
    INTEGRITY,
  );
  const claims = text.replace('"namespace":"prod"', '"namespace":"dev"');
  yield vector("submission-moved-and-relabelled", "The same; it says so, too.", moved(claims), open(one.id), INTEGRITY);
  const otherStore = text.replace(one.scene.store, "AAAAAAAAAAAAAAAAAAAAAA");
  const elsewhere = withObjects(one.scene, { [one.key]: Buffer.from(otherStore) });
  yield vector(
    "submission-other-store",
    "A submission that says it is to another store.",
    elsewhere,
    open(one.id),
    INTEGRITY,
  );
}

/** What somebody who could make its data key could have written, and no honest writer does. */
async function* bySomebodyWithTheKeys(one: Handed): AsyncGenerator<Named> {
  const { scene } = one;
  const owner = { store: scene.store, namespace: "prod" };
  const epoch = headOf(scene).header.epoch;
  const contexts = [
    ["of-an-epoch", "as an epoch's.", keyContext(owner, epoch, "epoch")],
    ["as-own", "as a secret's own.", keyContext(owner, "inbox", "own")],
    ["for-other-namespace", "for another namespace.", keyContext({ ...owner, namespace: "dev" }, "inbox", "epoch")],
    [
      "for-other-store",
      "for another store.",
      keyContext({ ...owner, store: "AAAAAAAAAAAAAAAAAAAAAA" }, "inbox", "epoch"),
    ],
    ["with-context", "with user context.", keyContext(owner, "inbox", "epoch", { env: "prod" })],
  ] as const;
  for (const [file, about, context] of contexts) {
    const master = parseKeyFile(Buffer.from(scene.masterKey));
    if (master === null) throw new TypeError("the scene has its master key");
    const wrapped = encodeBase64url(wrapKey(master, context, keyOf(one), () => Buffer.alloc(32, 1)));
    const edit = replace(/"wrapped":"[^"]*"/, `"wrapped":"${wrapped}"`);
    yield vector(
      `submission-key-${file}`,
      `Its data key was wrapped ${about} The mac holds.`,
      resigned(one, edit),
      open(one.id),
      INTEGRITY,
    );
  }
  for (const kind of ["head", "commit"] as const)
    yield vector(
      `submission-mac-of-${kind}`,
      `Its mac is made as that of a ${kind}.`,
      resigned(one, (text) => text, kind),
      open(one.id),
      INTEGRITY,
    );
  const place = { ...owner, name: "KEY", type: "text", context: {} };
  const random = (): Uint8Array => Buffer.alloc(32, 2);
  const secret = Sensitive.fromText("two");
  const sealed: [file: string, about: string, bytes: Uint8Array][] = [
    ["as-version", "as version 1 of the name.", sealValue(keyOf(one), { ...place, version: 1 }, secret, random)],
    [
      "for-other-id",
      "for another submission.",
      sealSubmitted(keyOf(one), { ...place, submission: `s${"0".repeat(32)}` }, secret, random),
    ],
    [
      "for-other-type",
      "as another type.",
      sealSubmitted(keyOf(one), { ...place, submission: one.id, type: "binary" }, secret, random),
    ],
  ];
  for (const [file, about, bytes] of sealed) {
    const edit = replace(/"value":"[^"]*"/, `"value":"${encodeBase64url(bytes)}"`);
    yield vector(
      `submission-sealed-${file}`,
      `Its value was sealed ${about} The mac holds.`,
      resigned(one, edit),
      open(one.id),
      INTEGRITY,
    );
  }
}

async function* misspelt(one: Handed): AsyncGenerator<Named> {
  const edits: [file: string, about: string, edit: Edit][] = [
    ["order", "Its names are not in order.", lines((all) => [all[0] ?? "", all[2] ?? "", all[1] ?? ""])],
    ["name-twice", "It has a name twice.", lines((all) => [all[0] ?? "", all[1] ?? "", all[1] ?? ""])],
    ["no-values", "It has no values.", lines((all) => [all[0] ?? ""])],
    ["too-many", "It has 1,025 values.", lines((all) => [all[0] ?? "", ...tooMany(all[1] ?? "")])],
    ["unknown-field", "It has an unknown field.", replace('"id":', '"more":1,"id":')],
    [
      "fields-swapped",
      "Two fields have changed places.",
      replace(/("id":"s[^"]*"),("time":"[^"]*")/, (_, id, time) => `${time},${id}`),
    ],
    ["empty-author", "Its author is empty.", replace(/"author":"[^"]*"/, '"author":""')],
    ["author-null", "Its author is null.", replace(/"author":"[^"]*"/, '"author":null')],
    ["capitals", "Its id has capitals.", (text) => text.replace(one.id, one.id.toUpperCase().replace("S", "s"))],
    ["epoch", "Its key is of an epoch.", replace('"epoch":"inbox"', `"epoch":"${headOf(one.scene).header.epoch}"`)],
    ["epoch-own", "Its key is of no epoch.", replace('"epoch":"inbox"', '"epoch":"inbox/own"')],
    ["no-wrappings", "Its key has no wrappings.", replace(/"wrappings":\[.*?\]/, '"wrappings":[]')],
    ["context-empty", "Its key lists no context.", replace('"epoch":"inbox"', '"epoch":"inbox","context":[]')],
    ["version", "A value has a version.", replace('"name":"KEY"', '"name":"KEY","version":1')],
    ["stage", "A value has a stage.", replace('"name":"KEY"', '"name":"KEY","stage":"next"')],
    ["value-null", "A value is null.", replace(/"value":"[^"]*"/, '"value":null')],
    ["value-empty", "A value is empty.", replace(/"value":"[^"]*"/, '"value":""')],
    ["kind", "It says that it is a head.", replace('"kind":"submission"', '"kind":"head"')],
    ["space", "It has a space.", replace('"kind":', '"kind": ')],
  ];
  for (const [file, about, edit] of edits)
    yield vector(`submission-bad-${file}`, `${about} The mac holds.`, resigned(one, edit), open(one.id), INTEGRITY);
  const trailing = tamperText(one.scene, one.key, (text) => `${text}{}\n`);
  yield vector("submission-bad-trailing-line", "It has a line behind its end.", trailing, open(one.id), INTEGRITY);
  const cut = tamperText(one.scene, one.key, (text) => text.slice(0, -1));
  yield vector("submission-bad-cut", "It does not end its line.", cut, open(one.id), INTEGRITY);
  const newer = tamperText(one.scene, one.key, replace('{"coffer":1', '{"coffer":2'));
  yield vector(
    "submission-newer",
    "It is of another version of the format.",
    newer,
    open(one.id),
    refused("UNSUPPORTED"),
  );
}

/** A value of a submission in the place of a secret's. */
async function* confused(): AsyncGenerator<Named> {
  const scene = await vaultCommits("sealed-as-submission", "prod", [put("KEY", "one")]);
  const handedIn = withSealed(scene, "KEY", (key, { version: _, ...place }) =>
    sealSubmitted(key, { ...place, submission: `s${"0".repeat(32)}` }, Sensitive.fromText("two"), () =>
      Buffer.alloc(32, 2),
    ),
  );
  yield vector(
    "sealed-as-submission",
    "A version whose value was sealed as that of a submission.",
    handedIn,
    read("KEY"),
    INTEGRITY,
  );
}

function keyOf({ scene, key }: Handed): Sensitive {
  const { header } = parseSubmission(scene.objects.get(key) ?? Buffer.alloc(0), key);
  const found = scene.dataKeys.get(header.key.id);
  if (found === undefined) throw new TypeError("the scene has its data keys");
  return found;
}

/** The submission with all its lines but the last edited, and a mac that holds. */
function resigned(one: Handed, edit: Edit, kind: "submission" | "head" | "commit" = "submission"): Scene {
  const data = keyOf(one);
  return tamperText(one.scene, one.key, (text) => {
    const start = text.lastIndexOf("\n", text.length - 2) + 1;
    const first = edit(text.slice(0, start));
    return `${first}${JSON.stringify({ mac: encodeBase64url(authenticate(data, kind, Buffer.from(first))) })}\n`;
  });
}

function swapValues(text: string): string {
  const [first = "", second = ""] = Array.from(text.matchAll(/"value":"([^"]*)"/g), ([, found]) => found ?? "");
  return text.replace(first, "?").replace(second, first).replace("?", second);
}

function tooMany(line: string): string[] {
  const short = line.replace(/"value":"[^"]*"/, `"value":"${"A".repeat(150)}"`);
  return Array.from({ length: 1025 }, (_, index) => short.replace('"KEY"', `"N${String(index).padStart(4, "0")}"`));
}

import { put, vaultCommits } from "./scene.js";
import { FOUND_GOOD, LIST, type Named, read, refused, VERIFY, value, vector } from "./vector.js";

/** What the vault writes every day: values, names and contexts of all kinds, and ways to ask for them. */
export async function* valueVectors(): AsyncGenerator<Named> {
  yield* plainValues();
  yield* names();
  yield* contexts();
}

const EVERY_BYTE = Uint8Array.from({ length: 256 }, (_, index) => index);
const PEM = `-----BEGIN NOTHING-----\n${"QUJD".repeat(12)}\r\n\n\ttabs, "quotes" and $dollars\n-----END NOTHING-----\n`;
const MIB = Buffer.alloc(2 ** 20, "coffer ");

async function* plainValues(): AsyncGenerator<Named> {
  const one = await vaultCommits("one-secret", "prod", [put("DB_URL", "postgres://db.example.org/app")]);
  yield vector("one-secret", "One secret, one commit.", one, read("DB_URL"), value("postgres://db.example.org/app"));
  yield vector(
    "one-secret-first-use",
    "No store id is known: the head's own is taken.",
    one,
    read("DB_URL", { store: null }),
    value("postgres://db.example.org/app"),
  );
  yield vector(
    "one-secret-by-number",
    "The current version by its number.",
    one,
    read("DB_URL", { version: 1 }),
    value("postgres://db.example.org/app"),
  );
  yield vector("one-secret-verify", "Verified with the key.", one, VERIFY, FOUND_GOOD);
  yield vector(
    "one-secret-verify-without-key",
    "Verified without a key.",
    one,
    { do: "verify", noKey: true },
    FOUND_GOOD,
  );
  yield vector("no-such-name", "A name that the namespace does not have.", one, read("DB_URI"), refused("NOT_FOUND"));
  yield vector(
    "no-such-version",
    "A version above the newest.",
    one,
    read("DB_URL", { version: 2 }),
    refused("NOT_FOUND"),
  );
  yield vector("no-such-stage", "Nothing is staged.", one, read("DB_URL", { stage: "next" }), refused("NOT_FOUND"));
  yield vector(
    "no-such-namespace",
    "A namespace without a head, and nothing remembered of it.",
    one,
    read("DB_URL", { namespace: "dev" }),
    refused("NOT_FOUND"),
  );
  const empty = await vaultCommits("empty-value", "prod", [put("EMPTY", "")]);
  yield vector("empty-value", "A value of no bytes.", empty, read("EMPTY"), value(""));
  const bytes = await vaultCommits("binary-value", "prod", [put("BYTES", EVERY_BYTE, { type: "binary" })]);
  yield vector("binary-value", "Every byte once.", bytes, read("BYTES"), value(EVERY_BYTE));
  const odd = await vaultCommits("text-not-utf-8", "prod", [put("ODD", Uint8Array.of(0xff, 0xfe, 0x00))]);
  yield vector(
    "text-not-utf-8",
    "A text is not checked to be UTF-8.",
    odd,
    read("ODD"),
    value(Uint8Array.of(0xff, 0xfe, 0x00)),
  );
  const lines = await vaultCommits("multi-line-text", "prod", [put("PEM", PEM)]);
  yield vector("multi-line-text", "Line ends of both kinds, tabs, quotes.", lines, read("PEM"), value(PEM));
  const large = await vaultCommits("value-of-1-mib", "prod", [put("LARGE", MIB)]);
  yield vector("value-of-1-mib", "A value of 1 MiB lies in a blob.", large, read("LARGE"), value(MIB));
  yield* bucketEdges();
}

/** On both sides of the steps of padding, and of what lies inline. */
async function* bucketEdges(): AsyncGenerator<Named> {
  for (const length of [28, 29, 1020, 1021, 4096, 4097]) {
    const content = Buffer.alloc(length, "x");
    const scene = await vaultCommits(`value-of-${length}-bytes`, "prod", [put("SIZED", content)]);
    yield vector(`value-of-${length}-bytes`, `A value of ${length} bytes.`, scene, read("SIZED"), value(content));
  }
}

async function* names(): AsyncGenerator<Named> {
  const munich = await vaultCommits("unicode-names", "prod/münchen", [
    put("größe 🔑", "groß"),
    put("\ufb01nd", "ligature"),
    put("🔑", "key"),
    put("~", "tilde"),
  ]);
  yield vector("unicode-names", "Names and namespaces beyond ASCII.", munich, read("größe 🔑"), value("groß"));
  yield vector(
    "unicode-names-in-byte-order",
    "U+FB01 stands before U+1F511, although its UTF-16 units are greater.",
    munich,
    LIST,
    {
      names: ["größe 🔑", "~", "\ufb01nd", "🔑"],
    },
  );
  const root = await vaultCommits("root-namespace", "", [put("TOKEN", "root")]);
  yield vector(
    "root-namespace",
    "The root namespace lies under !, and its keys are wrapped under /.",
    root,
    read("TOKEN"),
    value("root"),
  );
  const capitals = await vaultCommits("capitals-in-namespace", "Prod/eu-1/A_b.c", [put("TOKEN", "deep")]);
  yield vector(
    "capitals-in-namespace",
    "Capitals stay as they are in an object's key.",
    capitals,
    read("TOKEN"),
    value("deep"),
  );
  const proto = await vaultCommits("names-of-objects", "prod", [
    put("__proto__", "a"),
    put("constructor", "b"),
    put("toString", "c"),
  ]);
  yield vector(
    "names-of-objects",
    "Names that every object of some language has.",
    proto,
    read("__proto__"),
    value("a"),
  );
  const many = await vaultCommits(
    "many-secrets",
    "prod",
    Array.from({ length: 40 }, (_, index) => put(`NAME_${index}`, `value ${index}`)),
  );
  yield vector("many-secrets", "One of forty.", many, read("NAME_17"), value("value 17"));
  const sorted = Array.from({ length: 40 }, (_, index) => `NAME_${index}`).sort();
  yield vector("many-secrets-list", "Forty names in byte order.", many, LIST, { names: sorted });
  const described = await vaultCommits("comment-and-expiry", "prod", [
    put("CERT", "pem", { comment: 'für "uns"\n\u007f\u2028', expires: new Date("9999-12-31T23:59:59.999Z") }),
  ]);
  yield vector(
    "comment-and-expiry",
    "A description with characters that some JSON writers escape.",
    described,
    read("CERT"),
    value("pem"),
  );
  const longest = "n".repeat(255);
  const long = await vaultCommits("longest-name", "prod", [put(longest, "long")]);
  yield vector("longest-name", "A name of 255 bytes.", long, read(longest), value("long"));
  const measured = `${"A".repeat(59)}/abc`;
  const wide = await vaultCommits("widest-namespace", measured, [put("A", "wide")]);
  yield vector("widest-namespace", "A namespace whose measure is 240.", wide, read("A"), value("wide"));
}

async function* contexts(): AsyncGenerator<Named> {
  const one = await vaultCommits("context-one-pair", "prod", [put("PIN", "1234", { context: { env: "prod" } })]);
  yield vector(
    "context-one-pair",
    "A secret that opens with its context.",
    one,
    read("PIN", { context: { env: "prod" } }),
    value("1234"),
  );
  const wrong: [file: string, about: string, context: Record<string, string> | undefined][] = [
    ["context-wrong-value", "The context's value is another.", { env: "dev" }],
    ["context-missing", "No context is given.", undefined],
    ["context-extra", "A pair too many is given.", { env: "prod", more: "" }],
    ["context-other-name", "The right value under another name.", { ENV: "prod" }],
  ];
  for (const [file, about, context] of wrong) {
    yield vector(file, about, one, read("PIN", context === undefined ? {} : { context }), refused("CONTEXT"));
  }
  yield vector(
    "context-verify",
    "A value with context cannot be opened by verify, but its hash is checked.",
    one,
    VERIFY,
    FOUND_GOOD,
  );
  const context = { ключ: "значение", b: "", a: "1 = 2", "🔑": "\u0000", "\ufb01": "x" };
  const several = await vaultCommits("context-several-pairs", "prod", [put("PIN", "5678", { context })]);
  yield vector(
    "context-several-pairs",
    "Names in byte order, an empty value, a value of any characters.",
    several,
    read("PIN", { context }),
    value("5678"),
  );
  const own = await vaultCommits("own-key", "prod", [put("ALONE", "mine", { ownKey: true }), put("OTHER", "ours")]);
  yield vector("own-key", "A secret under a data key of its own.", own, read("ALONE"), value("mine"));
  yield vector(
    "own-key-unasked",
    "A context is given where none is listed.",
    own,
    read("ALONE", { context: { a: "b" } }),
    refused("CONTEXT"),
  );
  yield vector("own-key-verify", "It opens in verify: it has no context.", own, VERIFY, FOUND_GOOD);
}

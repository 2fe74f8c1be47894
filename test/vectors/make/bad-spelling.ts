import { type Edit, inCommit, lines, type Rewriting, replace, rewrite } from "./rewrite.js";
import { put, vaultCommits } from "./scene.js";
import { FOUND_BAD, type Named, read, refused, vector } from "./vector.js";

/** Documents in another spelling than the one, written by somebody who holds the keys: every MAC and id holds. */
export async function* badSpellingVectors(): AsyncGenerator<Named> {
  const scene = await vaultCommits(
    "spelling",
    "prod",
    [put("KEY", "one", { comment: "a/b é\b\u001f" })],
    [put("KEY", "two", { comment: "a/b é\b\u001f" })],
  );
  for (const [what, rewriting] of headSpellings()) {
    yield vector(
      `head-${what}`,
      `A head ${ABOUT[what] ?? "in another spelling"}.`,
      rewrite(scene, rewriting),
      read("KEY"),
      refused("INTEGRITY"),
    );
  }
  for (const [what, edit] of commitSpellings()) {
    const other = rewrite(scene, { commit: inCommit(1, edit) });
    yield vector(
      `commit-${what}`,
      `A commit ${ABOUT[what] ?? "in another spelling"}.`,
      other,
      read("KEY", { version: 1 }),
      refused("INTEGRITY"),
    );
  }
  const trailer = rewrite(scene, { commitTrailer: replace("[]", '["x"]') });
  yield vector(
    "commit-signatures",
    "Signatures that nothing knows yet.",
    trailer,
    read("KEY", { version: 1 }),
    refused("INTEGRITY"),
  );
  yield vector("commit-signatures-verify", "The same in verify.", trailer, { do: "verify", noKey: true }, FOUND_BAD);
  const spaced = rewrite(scene, { commitTrailer: replace(',"signatures"', ', "signatures"') });
  yield vector(
    "commit-trailer-spaces",
    "A commit whose last line has a space.",
    spaced,
    read("KEY", { version: 1 }),
    refused("INTEGRITY"),
  );
}

const ABOUT: Readonly<Record<string, string>> = {
  "unknown-field": "with a field that the format does not know",
  "missing-field": "without one of its fields",
  "duplicate-field": "that says a field twice",
  "field-order": "with its fields in another order",
  "missing-line-feed": "without the last line feed",
  "trailing-byte": "with a byte after the last line feed",
};

function headSpellings(): [what: string, rewriting: Rewriting][] {
  const edits: [string, Edit][] = [
    ...shared(),
    ["unknown-field-in-entry", replace('"top":', '"tip":1,"top":')],
    ["unknown-field-in-key", replace('"wrappings":', '"use":"epoch","wrappings":')],
    ["unknown-field-proto", replace(',"keys":', ',"__proto__":{},"keys":')],
    ["unknown-field-after", replace("}]}\n", '}],"zzz":0}\n')],
    ["null-field", replace(',"keys":', ',"floor":null,"keys":')],
    ["empty-list", replace('"current":', '"purged":[],"current":')],
    ["empty-comment", replace(/"comment":"[^"]*"/, '"comment":""')],
    ["escaped-slash", replace("a/b", "a\\/b")],
    ["escaped-letter", replace("a/b", "\\u0061/b")],
    ["escaped-umlaut", replace("é", "\\u00e9")],
    ["escaped-backspace", replace("\\b", "\\u0008")],
    ["escaped-upper-case", replace("\\u001f", "\\u001F")],
    ["raw-control-character", replace("\\u001f", "\u001f")],
    ["lone-surrogate", replace("a/b", "\\ud800")],
    ["lone-low-surrogate", replace("a/b", "\\udc00\\ud800")],
    ["number-fraction", replace('"top":2', '"top":2.0')],
    ["number-exponent", replace('"top":2', '"top":2e0')],
    ["number-leading-zero", replace('"top":2', '"top":02')],
    ["number-plus", replace('"top":2', '"top":+2')],
    ["number-as-text", replace('"top":2', '"top":"2"')],
    ["number-negative", replace('"top":2', '"top":-2')],
    ["number-minus-zero", replace('"top":2', '"top":-0')],
    ["number-zero", replace('"top":2', '"top":0')],
    ["number-half", replace('"top":2', '"top":2.5')],
    ["number-too-large", replace('"top":2', '"top":9007199254740992')],
    ["number-endless", replace('"top":2', '"top":1e400')],
    ["number-nan", replace('"top":2', '"top":NaN')],
    ["number-true", replace('"made":[2,1]', '"made":[2,true]')],
    ["entry-is-list", replace(/\n\{"name".*\n/, "\n[]\n")],
    ["entry-is-null", replace(/\n\{"name".*\n/, "\nnull\n")],
    ["keys-is-object", replace(/"keys":\[(.*)\]\}\n/, (_, keys = "") => `"keys":{"0":${keys}}}\n`)],
    ["nonce-unused-bits", replace(/("nonce":"[^"]{21})[^"]/, (_, start = "") => `${start}B`)],
    ["nonce-padded", replace(/("nonce":"[^"]*)"/, (_, start = "") => `${start}=="`)],
    ["nonce-standard-base64", replace(/("nonce":"[^"]{20})[^"]{2}/, (_, start = "") => `${start}+A`)],
    ["nonce-with-blank", replace(/("nonce":"[^"]{21})[^"]/, (_, start = "") => `${start} A`)],
    [
      "commit-id-upper-case",
      replace(/"commit":"c[^"]*[a-f][^"]*"/, (found = "") =>
        found.replace(/c.*/, (id) => id.replace(/[a-f]([^a-f]*)$/, (last) => last.toUpperCase())),
      ),
    ],
    ["kind-commit", replace('"kind":"head"', '"kind":"commit"')],
    ["no-lines", () => ""],
    ["first-line-twice", lines(([first = "", ...rest]) => [first, first, ...rest])],
    ["time-without-milliseconds", replace(/("time":"[^".]*)\.\d\d\dZ/, (_, start = "") => `${start}Z`)],
    ["time-with-offset", replace(/("time":"[^"]*)Z"/, (_, start = "") => `${start}+00:00"`)],
    ["time-no-date", replace(/"time":"[^"T]*/, '"time":"2026-02-29')],
    ["time-year-zero", replace(/"time":"[^"T]*/, '"time":"0000-02-28')],
    ["time-leap-second", replace(/("time":"[^"T]*T)[^"]*/, (_, date = "") => `${date}23:59:60.000Z`)],
    ["time-hour-24", replace(/("time":"[^"T]*T)[^"]*/, (_, date = "") => `${date}24:00:00.000Z`)],
    ["type-unknown", replace('"type":"text"', '"type":"json"')],
    ["type-upper-case", replace('"type":"text"', '"type":"Text"')],
    ["mac-of-commit", (text) => text],
  ];
  const whole: [string, Rewriting][] = edits.map(([what, head]) => [
    what,
    what === "mac-of-commit" ? { headMac: "commit" } : { head },
  ]);
  return [
    ...whole,
    ["invalid-utf-8", { headBytes: (bytes) => exchange(bytes, "a/b", Buffer.from([0x61, 0xff, 0x62])) }],
    ["overlong-utf-8", { headBytes: (bytes) => exchange(bytes, "a/b", Buffer.from([0x61, 0xc0, 0xaf, 0x62])) }],
    ["surrogate-in-utf-8", { headBytes: (bytes) => exchange(bytes, "a/b", Buffer.from([0xed, 0xa0, 0x80])) }],
    ["trailing-byte", { headTrailer: (text) => `${text} ` }],
    ["trailing-line", { headTrailer: (text) => `${text}\n` }],
    ["missing-line-feed", { headTrailer: (text) => text.slice(0, -1) }],
    ["trailer-carriage-return", { headTrailer: (text) => text.replace("\n", "\r\n") }],
    ["trailer-unknown-field", { headTrailer: replace("}", ',"signatures":[]}') }],
    ["trailer-missing", { headTrailer: () => "" }],
    ["mac-too-short", { headTrailer: replace(/[^"]{22}"\}/, '"}') }],
  ];
}

/** What is wrong in every document. */
function shared(): [what: string, edit: Edit][] {
  return [
    ["unknown-field", replace('"nonce":', '"extra":1,"nonce":')],
    ["missing-field", replace(/"nonce":"[^"]*",/, "")],
    ["duplicate-field", replace('"kind":', '"coffer":1,"kind":')],
    [
      "field-order",
      replace(/("store":"[^"]*"),("namespace":"[^"]*")/, (_, store = "", namespace = "") => `${namespace},${store}`),
    ],
    ["spaces", replace('"kind":', '"kind": ')],
    ["leading-space", (text) => ` ${text}`],
    ["space-before-line-feed", replace("\n", " \n")],
    ["carriage-return", replace("\n", "\r\n")],
    ["empty-line", replace("\n", "\n\n")],
    ["byte-order-mark", (text) => `\ufeff${text}`],
    ["version-as-text", replace('"coffer":1', '"coffer":"1"')],
    ["version-fraction", replace('"coffer":1', '"coffer":1.0')],
    ["version-missing", replace('"coffer":1,', "")],
    ["version-null", replace('"coffer":1', '"coffer":null')],
  ];
}

function commitSpellings(): [what: string, edit: Edit][] {
  return [
    ...shared(),
    ["unknown-field-in-change", replace('"op":"put",', '"op":"put","by":"me",')],
    ["unknown-field-in-body", replace('"values":', '"more":[],"values":')],
    ["unknown-op", replace('"op":"put"', '"op":"copy"')],
    ["op-of-objects", replace('"op":"put"', '"op":"constructor"')],
    ["kind-head", replace('"kind":"commit"', '"kind":"head"')],
    ["escaped-slash", replace("a/b", "a\\/b")],
    ["number-fraction", replace('"sequence":1', '"sequence":1.0')],
    ["in-blob-false", replace(/("hash":"[^"]*")/, (_, hash = "") => `${hash},"inBlob":false`)],
    ["four-lines", (text) => `${text}{}\n`],
    ["two-lines", lines(([first = ""]) => [first])],
    ["store-of-another", replace(/"store":"[^"]*"/, '"store":"AAAAAAAAAAAAAAAAAAAAAA"')],
    ["namespace-of-another", replace('"namespace":"prod"', '"namespace":"dev"')],
    ["key-of-another", replace(/"key":"k[^"]*","sequence"/, `"key":"k${"A".repeat(43)}","sequence"`)],
    ["ancestors-of-first", replace('"ancestors":[]', `"ancestors":["c${"0".repeat(64)}"]`)],
    ["value-missing", replace(/"values":\[.*\]/, '"values":[]')],
    ["value-too-many", replace(/"values":\[(.*)\]/, (_, values = "") => `"values":[${values},null]`)],
    ["value-empty", replace(/"values":\[.*\]/, '"values":[""]')],
    ["value-in-both", replace(/("hash":"[^"]*")/, (_, hash = "") => `${hash},"inBlob":true`)],
    ["value-of-other-hash", replace(/"hash":"[^"]*"/, `"hash":"${"A".repeat(43)}"`)],
    ["earlier-into-future", replace(/("hash":"[^"]*")/, (_, hash = "") => `${hash},"earlier":[2]`)],
    ["earlier-empty", replace(/("hash":"[^"]*")/, (_, hash = "") => `${hash},"earlier":[]`)],
  ];
}

function exchange(bytes: Buffer, from: string, to: Buffer): Buffer {
  const at = bytes.indexOf(from);
  if (at < 0) throw new TypeError(`nothing to change: ${from}`);
  return Buffer.concat([bytes.subarray(0, at), to, bytes.subarray(at + Buffer.byteLength(from))]);
}

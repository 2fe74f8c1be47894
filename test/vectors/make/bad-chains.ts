import { headKey } from "../../../src/core/layout.js";
import { inCommit, replace, rewrite, tamper, tamperText } from "./rewrite.js";
import { commitKeyOf, put, type Scene, vaultCommits, withObjects } from "./scene.js";
import { FOUND_BAD, type Named, type Question, read, refused, VERIFY, vector } from "./vector.js";

/** Commits that are missing, damaged, or linked as they must not be. */
export async function* badChainVectors(): AsyncGenerator<Named> {
  yield* strangers();
  yield* links();
}

const INTEGRITY = refused("INTEGRITY");

const NO_KEY: Question = { do: "verify", noKey: true };

async function* strangers(): AsyncGenerator<Named> {
  const scene = await vaultCommits(
    "strangers",
    "prod",
    [put("KEY", "one")],
    [put("KEY", "two")],
    [put("KEY", "three")],
  );
  const [first, second] = [commitKeyOf(scene, 1), commitKeyOf(scene, 2)];
  const epochWrapping = /"wrapped":"(.)/;
  const cases: [file: string, about: string, changed: Scene, keyNeeded?: true][] = [
    ["commit-header-edited", "A commit whose header was edited", tamperText(scene, first, replace("ada@", "eve@"))],
    [
      "commit-body-edited",
      "A commit whose body was edited",
      tamperText(
        scene,
        first,
        replace(epochWrapping, (_, digit = "") => `"wrapped":"${digit === "A" ? "B" : "A"}`),
      ),
      true,
    ],
    [
      "commit-trailer-edited",
      "A commit whose MAC was edited",
      tamperText(
        scene,
        first,
        replace(/"mac":"(.)/, (_, digit = "") => `"mac":"${digit === "A" ? "B" : "A"}`),
      ),
      true,
    ],
    [
      "commit-value-edited",
      "A commit whose value was edited",
      tamperText(
        scene,
        first,
        replace(/"values":\["(.)/, (_, digit = "") => `"values":["${digit === "A" ? "B" : "A"}`),
      ),
    ],
    ["commit-missing", "A missing commit", withObjects(scene, { [first]: undefined })],
    [
      "commit-of-other-id",
      "A commit under the key of another",
      withObjects(scene, { [first]: scene.objects.get(second) }),
    ],
    ["commit-cut", "A commit that was cut", tamper(scene, first, (bytes) => bytes.subarray(0, 200))],
    ["commit-empty", "A commit of no bytes", tamper(scene, first, () => Buffer.alloc(0))],
    [
      "commit-trailing-byte",
      "A commit with a byte more",
      tamper(scene, first, (bytes) => Buffer.concat([bytes, Buffer.from("\n")])),
    ],
  ];
  for (const [file, about, changed, keyNeeded] of cases) {
    yield vector(file, `${about}.`, changed, read("KEY", { version: 1 }), INTEGRITY);
    yield vector(`${file}-verify`, `${about}, in verify.`, changed, keyNeeded === true ? VERIFY : NO_KEY, FOUND_BAD);
  }
  yield vector(
    "head-edited",
    "A head that was edited.",
    tamperText(scene, headKey("prod"), replace('"type":"text"', '"type":"binary"')),
    read("KEY"),
    INTEGRITY,
  );
  yield vector(
    "head-mac-edited",
    "A head whose MAC was edited.",
    tamperText(
      scene,
      headKey("prod"),
      replace(/"mac":"(.)/, (_, digit = "") => `"mac":"${digit === "A" ? "B" : "A"}`),
    ),
    read("KEY"),
    INTEGRITY,
  );
}

async function* links(): AsyncGenerator<Named> {
  const scene = await vaultCommits("links", "prod", [put("KEY", "one")], [put("KEY", "two")], [put("KEY", "three")]);
  const zeros = `c${"0".repeat(64)}`;
  const swap = replace(/"ancestors":\["(c[^"]*)","(c[^"]*)"\]/, (_, a = "", b = "") => `"ancestors":["${b}","${a}"]`);
  const cases: [file: string, about: string, changed: Scene][] = [
    [
      "parent-edited",
      "A commit whose parent is none.",
      rewrite(scene, { commit: inCommit(2, replace(/"ancestors":\["c[^"]*"\]/, `"ancestors":["${zeros}"]`)) }),
    ],
    [
      "ancestors-swapped",
      "A commit whose ancestors stand in the wrong order.",
      rewrite(scene, { commit: inCommit(3, swap), head: swap }),
    ],
    [
      "ancestors-wrong",
      "A commit whose second ancestor is another than its parent says.",
      rewrite(scene, {
        commit: inCommit(3, replace(/,"c[^"]*"\]/, `,"${zeros}"]`)),
        head: replace(/,"c[^"]*"\]/, `,"${zeros}"]`),
      }),
    ],
    [
      "ancestors-few",
      "A commit that lacks an ancestor.",
      rewrite(scene, { commit: inCommit(3, replace(/,"c[^"]*"\],"nonce"/, '],"nonce"')) }),
    ],
    [
      "head-ancestors-other",
      "A head with other ancestors than its commit.",
      rewrite(scene, { head: replace(/,"c[^"]*"\],"nonce"/, `,"${zeros}"],"nonce"`) }),
    ],
    [
      "head-ancestors-few",
      "A head that lacks an ancestor.",
      rewrite(scene, { head: replace(/,"c[^"]*"\],"nonce"/, '],"nonce"') }),
    ],
    [
      "commit-sequence-other",
      "A commit that says another sequence.",
      rewrite(scene, { commit: inCommit(3, replace('"sequence":3', '"sequence":2')) }),
    ],
    ["commit-mac-of-head", "A commit with the MAC of a head.", rewrite(scene, { commitMac: "head" })],
  ];
  for (const [file, about, changed] of cases) yield vector(file, about, changed, VERIFY, FOUND_BAD);
  yield vector(
    "commit-mac-of-head-read",
    "A commit with the MAC of a head.",
    rewrite(scene, { commitMac: "head" }),
    read("KEY", { version: 1 }),
    INTEGRITY,
  );
}

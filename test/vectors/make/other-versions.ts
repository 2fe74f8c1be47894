import { headKey } from "../../../src/core/layout.js";
import { type Edit, replace, tamper, tamperText } from "./rewrite.js";
import { commitKeyOf, put, vaultCommits } from "./scene.js";
import { type Named, read, refused, vector } from "./vector.js";

/** Documents of other versions of the format, and what only looks like one. */
export async function* otherVersionVectors(): AsyncGenerator<Named> {
  const scene = await vaultCommits(
    "spelling",
    "prod",
    [put("KEY", "one", { comment: "a/b é\b\u001f" })],
    [put("KEY", "two", { comment: "a/b é\b\u001f" })],
  );
  const key = headKey("prod");
  const versions: [file: string, about: string, edit: Edit, code: string][] = [
    ["format-2", "A newer version of the format.", replace('"coffer":1', '"coffer":2'), "UNSUPPORTED"],
    ["format-0", "A version that never was.", replace('"coffer":1', '"coffer":0'), "UNSUPPORTED"],
    ["format-2-alone", "A newer version may have one line, without its end.", () => '{"coffer":2}', "UNSUPPORTED"],
    [
      "format-2-other-form",
      "A newer version may break every rule of this one.",
      () => '{"coffer":2,"kind":[]}\nwhat\u0000ever\r\n\n',
      "UNSUPPORTED",
    ],
    [
      "format-2-long-name",
      "A newer version may have other limits.",
      (text) => text.replace('"coffer":1', '"coffer":2').replace('"name":"KEY"', `"name":"${"x".repeat(300)}"`),
      "UNSUPPORTED",
    ],
    ["format-negative", "No version at all.", replace('"coffer":1', '"coffer":-2'), "INTEGRITY"],
    ["format-half", "No version at all.", replace('"coffer":1', '"coffer":1.5'), "INTEGRITY"],
    ["format-too-large", "No version at all.", replace('"coffer":1', '"coffer":9007199254740993'), "INTEGRITY"],
    ["format-in-list", "The first line is no object.", (text) => `[${text}`.replace("\n", "]\n"), "INTEGRITY"],
    [
      "format-of-second-line",
      "Only the first line says the version.",
      (text) => `{}\n${text.replace('"coffer":1', '"coffer":2')}`,
      "INTEGRITY",
    ],
    ["no-bytes", "A head of no bytes.", () => "", "INTEGRITY"],
    ["line-feed-alone", "A head of one line feed.", () => "\n", "INTEGRITY"],
    ["no-json", "A head that is no JSON.", () => "coffer\n", "INTEGRITY"],
  ];
  for (const [file, about, edit, code] of versions) {
    yield vector(file, about, tamperText(scene, key, edit), read("KEY"), refused(code));
  }
  const binary = tamper(scene, key, () =>
    Buffer.concat([Buffer.from('{"coffer":2}\n'), Buffer.from([0xff, 0xfe, 0x00])]),
  );
  yield vector(
    "format-2-binary",
    "A newer version need not be text after its first line.",
    binary,
    read("KEY"),
    refused("UNSUPPORTED"),
  );
  const commit = tamperText(scene, commitKeyOf(scene, 1), replace('"coffer":1', '"coffer":2'));
  yield vector(
    "format-2-commit",
    "A commit of a newer version.",
    commit,
    read("KEY", { version: 1 }),
    refused("UNSUPPORTED"),
  );
  yield vector(
    "format-2-list",
    "List says so, too.",
    tamperText(scene, key, replace('"coffer":1', '"coffer":2')),
    { do: "list" },
    refused("UNSUPPORTED"),
  );
}

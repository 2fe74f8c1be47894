import { quote } from "../../core/name.js";
import { Sensitive } from "../../core/sensitive.js";
import { CofferError } from "../../errors.js";
import { assertDistinct, type EnvEntry } from "../entry.js";
import { cannotWrite } from "./encode-text.js";
import type { Format } from "./format.js";
import { TextReader } from "./text-reader.js";
import { quoteYaml, readYaml, type YamlNode, type YamlPair } from "./yaml-document.js";

const TITLE = "a Kubernetes Secret";
// https://kubernetes.io/docs/concepts/configuration/secret/#restriction-data-size
const MAX_BYTES = 1_048_576;

/** The manifest of one Secret, named after the namespace. Carries every value, bytes too, in Base64. */
export const k8s: Format = {
  encode: (entries, { title }) => {
    assertDistinct(entries);
    const data = entries.map(encodeEntry);
    const size = entries.reduce((sum, { value }) => sum + value.byteLength, 0);
    if (size > MAX_BYTES) {
      throw new CofferError("UNSUPPORTED", `${TITLE} holds at most 1 MiB, and these are ${size} bytes`, {
        hint: "choose fewer names with --only",
      });
    }
    return Sensitive.fromText(
      `apiVersion: v1\nkind: Secret\nmetadata:\n  name: ${quoteYaml(objectName(title))}\ntype: Opaque\ndata:${data.length === 0 ? " {}" : ""}\n${data.join("")}`,
    );
  },
  parse: async (bytes, file) => {
    const reader = new TextReader(bytes, file);
    const fields = fieldsOf(await readYaml(reader), reader, "a manifest");
    const kind = fields.find(({ name }) => name === "kind")?.node;
    if (kind?.kind !== "text" || kind.value !== "Secret") throw reader.fault("its kind is not Secret", kind?.at ?? 0);
    const section = (wanted: string): readonly YamlPair[] =>
      fields.filter(({ name }) => name === wanted).flatMap(({ node }) => fieldsOf(node, reader, wanted));
    // As the cluster does: what stands in stringData goes before data.
    const texts = section("stringData");
    const plain = new Set(texts.map(({ name }) => name));
    return [
      ...section("data")
        .filter(({ name }) => !plain.has(name))
        .map((pair) => ({ name: pair.name, value: decodeBase64(pair, reader) })),
      ...texts.map((pair) => ({ name: pair.name, value: Sensitive.fromText(textOf(pair, reader)) })),
    ];
  },
};

function encodeEntry({ name, value }: EnvEntry): string {
  if (!/^(?!\.\.)(?!\.$)[A-Za-z0-9_.-]{1,253}$/.test(name)) throw cannotWrite(name, TITLE, "it cannot carry this name");
  if (value.byteLength > MAX_BYTES) throw cannotWrite(name, TITLE, "its value is longer than 1 MiB");
  return `  ${quoteYaml(name)}: ${quoteYaml(Buffer.from(value.reveal()).toString("base64"))}\n`;
}

/** A DNS subdomain name: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
function objectName(title: string): string {
  const name = title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 200)
    .replace(/^-|-$/g, "");
  return name === "" ? "coffer" : name;
}

function fieldsOf(node: YamlNode, reader: TextReader, what: string): readonly YamlPair[] {
  if (node.kind === "map") return node.pairs;
  throw reader.fault(`${what} is not a mapping`, node.at);
}

function textOf({ name, node }: YamlPair, reader: TextReader): string {
  if (node.kind === "text") return node.value;
  throw reader.fault(`the value of ${quote(name)} is not a text`, node.at);
}

function decodeBase64(pair: YamlPair, reader: TextReader): Sensitive {
  // Folded over lines it may be.
  const text = textOf(pair, reader).replace(/\s/g, "");
  const bytes = Buffer.from(text, "base64");
  if (bytes.toString("base64") !== text)
    throw reader.fault(`the value of ${quote(pair.name)} is not Base64`, pair.node.at);
  return Sensitive.from(bytes);
}

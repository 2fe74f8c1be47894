import { encodeBase64url } from "../../../src/core/bytes.js";
import { commitIdOf } from "../../../src/core/documents/commit.js";
import { commitKey, headKey } from "../../../src/core/layout.js";
import { authenticate } from "../../../src/core/sealing.js";
import { commitKeys, headOf, type Scene } from "./scene.js";

/** A change of a text, which must change it. */
export type Edit = (text: string) => string;

/** What somebody who holds the keys writes differently. Texts are lines with their LF, without the last one of a document. */
export interface Rewriting {
  readonly head?: Edit;
  readonly commit?: (text: string, sequence: number) => string;
  /** For what no text can hold; after `head`. */
  readonly headBytes?: (bytes: Buffer) => Buffer;
  readonly headTrailer?: Edit;
  readonly commitTrailer?: Edit;
  /** Which MAC a document gets; its own kind where left out. */
  readonly headMac?: "head" | "commit";
  readonly commitMac?: "head" | "commit";
  /** The id of the data key that makes the head's MAC; the epoch key's where left out. */
  readonly headKey?: string;
}

/**
 * The scene as somebody with all keys would have written it with those edits: the ids of commits, all that refers to them, and the MACs follow.
 * So nothing is wrong with it but the edit itself.
 */
export function rewrite(scene: Scene, rewriting: Rewriting): Scene {
  const objects = new Map(scene.objects);
  const renamed: [from: string, to: string][] = [];
  const rename: Edit = (text) => renamed.reduce((so, [from, to]) => so.replaceAll(from, to), text);
  for (const key of commitKeys(scene)) {
    const { text, trailer } = take(objects, key);
    const [, sequence = "", id = ""] = /\/(\d+)-(c[0-9a-f]+)$/.exec(key) ?? [];
    const old = rename(text);
    const edited = rewriting.commit?.(old, Number(sequence)) ?? old;
    const bytes = Buffer.from(edited, "utf8");
    const mac = macOf(scene, /"key":"(k[^"]+)"/.exec(text)?.[1], rewriting.commitMac ?? "commit", bytes);
    const newId = commitIdOf(bytes.subarray(0, bytes.indexOf(0x0a) + 1));
    if (newId !== id) renamed.push([id, newId]);
    const last = (rewriting.commitTrailer ?? same)(trailer.replace(/"mac":"[^"]*"/, `"mac":"${mac}"`));
    objects.delete(key);
    objects.set(commitKey(scene.namespace, Number(sequence), newId), Buffer.concat([bytes, Buffer.from(last)]));
  }
  const key = headKey(scene.namespace);
  const { text, trailer } = take(objects, key);
  const edited = Buffer.from((rewriting.head ?? same)(rename(text)), "utf8");
  const bytes = rewriting.headBytes?.(edited) ?? edited;
  const mac = macOf(scene, rewriting.headKey ?? headOf(scene).header.keys[0]?.id, rewriting.headMac ?? "head", bytes);
  const last = (rewriting.headTrailer ?? same)(trailer.replace(/"mac":"[^"]*"/, `"mac":"${mac}"`));
  objects.set(key, Buffer.concat([bytes, Buffer.from(last)]));
  return { ...scene, objects };
}

/** The scene as somebody without any key can change it: these bytes and no others. */
export function tamper(scene: Scene, key: string, edit: (bytes: Buffer) => Buffer): Scene {
  const before = scene.objects.get(key);
  if (before === undefined) throw new TypeError(`the scene has no ${key}`);
  return { ...scene, objects: new Map(scene.objects).set(key, edit(Buffer.from(before))) };
}

/** As `tamper`, of an object that is text. */
export function tamperText(scene: Scene, key: string, edit: Edit): Scene {
  return tamper(scene, key, (bytes) => Buffer.from(edit(bytes.toString("utf8")), "utf8"));
}

/** Puts one text in the place of another, everywhere. Throws where there is none: then the vector would show nothing. */
export function replace(from: string | RegExp, to: string | ((...found: string[]) => string)): Edit {
  return (text) => {
    const changed = typeof to === "string" ? text.replace(from, () => to) : text.replace(from, to);
    if (changed === text) throw new TypeError(`nothing to change: ${String(from)}`);
    return changed;
  };
}

export function replaceAll(from: string, to: string): Edit {
  return (text) => {
    if (!text.includes(from)) throw new TypeError(`nothing to change: ${from}`);
    return text.replaceAll(from, to);
  };
}

/** The edit in the commit of one sequence only. */
export function inCommit(at: number, edit: Edit): (text: string, sequence: number) => string {
  return (text, sequence) => (sequence === at ? edit(text) : text);
}

/** The lines in another order or number. */
export function lines(edit: (list: string[]) => string[]): Edit {
  return (text) =>
    edit(text.split("\n").slice(0, -1))
      .map((line) => `${line}\n`)
      .join("");
}

function same(text: string): string {
  return text;
}

function macOf(scene: Scene, keyId: string | undefined, kind: "head" | "commit", bytes: Uint8Array): string {
  const key = scene.dataKeys.get(keyId ?? "");
  if (key === undefined) throw new TypeError(`the scene has no data key ${keyId}`);
  return encodeBase64url(authenticate(key, kind, bytes));
}

function take(objects: ReadonlyMap<string, Uint8Array>, key: string): { text: string; trailer: string } {
  const whole = Buffer.from(objects.get(key) ?? []).toString("utf8");
  const end = whole.lastIndexOf("\n", whole.length - 2) + 1;
  return { text: whole.slice(0, end), trailer: whole.slice(end) };
}

import type { Context } from "../../../src/core/context.js";
import type { RememberedHead } from "../../../src/vault/heads/contract.js";
import type { Scene } from "./scene.js";

/** What a client remembers, as far as it decides anything. */
export type Remembered = Omit<RememberedHead, "masterKey">;

/** What a reader is asked, and with what knowledge. */
export interface Question {
  readonly do: "read" | "verify" | "list" | "submission";
  /** The pinned store id. Left out: the one of the scene; null: none is pinned. */
  readonly store?: string | null;
  readonly namespace?: string;
  readonly name?: string;
  /** The submission to open. */
  readonly id?: string;
  readonly version?: number;
  readonly stage?: string;
  readonly at?: string;
  readonly context?: Context;
  readonly remembered?: Remembered;
  readonly noKey?: boolean;
}

export type Answer =
  | { readonly value: string }
  | { readonly error: string }
  | { readonly ok: true }
  | { readonly ok: false; readonly error: string }
  | { readonly names: readonly string[] }
  | { readonly values: Readonly<Record<string, string>> };

/** A vector as its file has it. Bytes are in standard base64. */
export interface Vector extends Question {
  readonly about: string;
  readonly objects: Readonly<Record<string, string>>;
  readonly masterKey: string;
  readonly store: string | null;
  readonly namespace: string;
  readonly expect: Answer;
}

/** A vector under its file name, without the extension. */
export type Named = readonly [file: string, vector: Vector];

/** Puts a vector together. */
export function vector(file: string, about: string, scene: Scene, question: Question, expect: Answer): Named {
  const { do: act, store = scene.store, namespace = scene.namespace, ...rest } = question;
  const objects = Object.fromEntries(
    [...scene.objects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, bytes]) => [key, toBase64(bytes)]),
  );
  return [file, { about, objects, masterKey: scene.masterKey, do: act, store, namespace, ...rest, expect }];
}

/** The text of a vector's file. */
export function encodeVector(item: Vector): string {
  return `${JSON.stringify(item, null, 1)}\n`;
}

export function read(name: string, more: Omit<Question, "do" | "name"> = {}): Question {
  return { do: "read", name, ...more };
}

export const VERIFY: Question = { do: "verify" };
export const LIST: Question = { do: "list" };
export const FOUND_BAD: Answer = { ok: false, error: "INTEGRITY" };
export const FOUND_GOOD: Answer = { ok: true };

export function refused(error: string): Answer {
  return { error };
}

/** A text's or bytes' value as the answer. */
export function value(content: string | Uint8Array): Answer {
  return { value: toBase64(typeof content === "string" ? Buffer.from(content, "utf8") : content) };
}

/** What a submission holds, by name. */
export function values(content: Readonly<Record<string, string | Uint8Array>>): Answer {
  const entries = Object.entries(content).map(([name, item]) => [name, toBase64(Buffer.from(item))] as const);
  return { values: Object.fromEntries(entries) };
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

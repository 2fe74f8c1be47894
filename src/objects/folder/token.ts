import { encodeHex } from "../../core/bytes.js";
import { sha256 } from "../../core/ciphers.js";
import { uniqueName } from "./temporary.js";

/** The token of an object that was not rewritten yet, where there is a folder for it already. */
export const ORIGINAL_TOKEN = "@0";

const ORIGINAL_ETAG = /^[0-9a-f]{64}$/;
const ETAG = /^([1-9][0-9]{0,14})\.([0-9a-f]{64})$/;
const TOKEN = /^@([1-9][0-9]{0,14}\.[0-9a-f]{64})$/;
const CONTENT = /^([1-9][0-9]{0,14}\.[0-9a-f]{64})\.[0-9a-f]{32}$/;

/**
 * One state of a changing object. Its ETag is `<sequence>.<sha256 of the content in hex>`; an empty file `@<ETag>` in
 * the object's folder, the *token*, says that it is the present one; its content is in a file `<ETag>.<32 random hex digits>`.
 */
export interface State {
  readonly sequence: number;
  readonly etag: string;
}

/** The state of a new object, or the one after another, with that content. */
export function stateAfter(previous: State | null, bytes: Uint8Array): State {
  const sequence = (previous?.sequence ?? 0) + 1;
  return { sequence, etag: `${sequence}.${encodeHex(sha256(bytes))}` };
}

/**
 * The state of an object that was not rewritten yet, of which the content is a file beside the folder. Null for what is no
 * ETag of such a one: the SHA-256 of its content in hex.
 */
export function parseOriginalEtag(etag: string): State | null {
  return ORIGINAL_ETAG.test(etag) ? { sequence: 0, etag } : null;
}

/** Null for what is no ETag of a changing object. */
export function parseEtag(etag: string): State | null {
  const sequence = ETAG.exec(etag)?.[1];
  return sequence === undefined ? null : { sequence: Number(sequence), etag };
}

/** Whether this is the content of the state. */
export function isContentOf(state: State, bytes: Uint8Array): boolean {
  return state.etag === `${state.sequence}.${encodeHex(sha256(bytes))}`;
}

export function tokenName(state: State): string {
  return state.sequence === 0 ? ORIGINAL_TOKEN : `@${state.etag}`;
}

/** The state that a file named so is the token of, or null when it is no token. */
export function stateOfToken(name: string): State | null {
  return parseEtag(TOKEN.exec(name)?.[1] ?? "");
}

/**
 * A new name for the content of a state. Two writers may make the same state (equal bytes after the same state), and the
 * one that loses removes its file: so each has its own.
 */
export function newContentName(state: State): string {
  return `${state.etag}.${uniqueName()}`;
}

/** The state that a file named so holds the content of, or null when it is no content. */
export function stateOfContent(name: string): State | null {
  return parseEtag(CONTENT.exec(name)?.[1] ?? "");
}

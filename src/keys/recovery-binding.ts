import { encodeParts } from "../core/bytes.js";
import { sha256 } from "../core/ciphers.js";
import { type Context, contextParts } from "../core/context.js";

/** What is wrapped before a data key, so that it opens in its own place only: age binds to nothing. */
export function bindingOf(context: Context): Uint8Array {
  return sha256(encodeParts("coffer/v1/recovery", ...contextParts(context)));
}

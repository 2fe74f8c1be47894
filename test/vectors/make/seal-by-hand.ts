import { encodeBase64url, encodeParts, encodeUtf8, joinBytes } from "../../../src/core/bytes.js";
import { encryptAesGcm, hkdfSha256, sha256 } from "../../../src/core/ciphers.js";
import { contextParts } from "../../../src/core/context.js";
import { hashOf, isLive, type LiveVersion } from "../../../src/core/documents/head.js";
import type { Place } from "../../../src/core/sealing.js";
import type { Sensitive } from "../../../src/core/sensitive.js";
import { replaceAll, rewrite } from "./rewrite.js";
import { headOf, type Scene } from "./scene.js";

/** What a data key and a salt give for one place: docs/FORMAT.md section 5. */
export interface Derived {
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
  readonly commitment: Uint8Array;
  readonly data: Uint8Array;
}

export function derive(dataKey: Sensitive, salt: Uint8Array, place: Place): Derived {
  const { store, namespace, name, version, type, context } = place;
  const data = encodeParts("coffer/v1/value", store, namespace, name, String(version), type, ...contextParts(context));
  const okm = hkdfSha256(dataKey.reveal(), salt, joinBytes(encodeUtf8("coffer/v1/seal"), sha256(data)), 76);
  return { key: okm.subarray(0, 32), iv: okm.subarray(32, 44), commitment: okm.subarray(44), data };
}

/** Seals bytes that are padded already, well or badly. */
export function sealPadded(dataKey: Sensitive, place: Place, padded: Uint8Array, salt: Uint8Array): Uint8Array {
  const { key, iv, commitment, data } = derive(dataKey, salt, place);
  return joinBytes(salt, commitment, encryptAesGcm(key, iv, padded, data));
}

/** The current version of a name, which is there. */
export function currentOf(scene: Scene, name: string): LiveVersion {
  const current = headOf(scene).entries.get(name)?.current;
  if (current === undefined || !isLive(current)) throw new TypeError(`the scene has no ${name}`);
  return current;
}

/** The scene with another sealed value for a name, put there by somebody who holds the keys: hashes, ids and MACs follow. */
export function withSealed(
  scene: Scene,
  name: string,
  make: (dataKey: Sensitive, place: Place, sealed: Uint8Array) => Uint8Array,
): Scene {
  const current = currentOf(scene, name);
  const dataKey = scene.dataKeys.get(current.key);
  if (dataKey === undefined || !("value" in current)) throw new TypeError(`${name} is not inline under a known key`);
  const { store, namespace } = scene;
  const { version, type, value } = current;
  const sealed = make(dataKey, { store, namespace, name, version, type, context: {} }, Buffer.from(value, "base64url"));
  const exchange = (text: string): string =>
    text.replaceAll(value, encodeBase64url(sealed)).replaceAll(hashOf(current), encodeBase64url(sha256(sealed)));
  return rewrite(scene, { head: replaceAll(value, encodeBase64url(sealed)), commit: exchange });
}

import { createCipheriv, createPrivateKey, createPublicKey, diffieHellman } from "node:crypto";
import { hkdfSha256, hmacSha256 } from "../../../src/core/ciphers.js";
import type { Random } from "../../../src/core/sealing.js";

const PKCS8 = Buffer.from("302e020100300506032b656e04220420", "hex");
const SPKI = Buffer.from("302a300506032b656e032100", "hex");
const NO_NONCE = Buffer.alloc(12);
const LAST_CHUNK = Buffer.concat([Buffer.alloc(11), Buffer.of(1)]);
const BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

/**
 * An age file (https://age-encryption.org/v1) for one X25519 recipient, of less than 64 KiB, written from age's own specification: what the library makes
 * is never the same twice.
 */
export function ageFile(recipient: string, content: Uint8Array, random: Random): Buffer {
  const [fileKey, ephemeral, nonce] = [random(16), random(32), random(16)];
  const header = Buffer.from(`age-encryption.org/v1\n${stanza(decodeRecipient(recipient), fileKey, ephemeral)}---`);
  const mac = hmacSha256(derive(fileKey, "", "header"), header);
  const payload = encrypt(derive(fileKey, nonce, "payload"), LAST_CHUNK, content);
  return Buffer.concat([header, Buffer.from(` ${base64(mac)}\n`), nonce, payload]);
}

function stanza(recipient: Uint8Array, fileKey: Uint8Array, ephemeral: Uint8Array): string {
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8, ephemeral]), format: "der", type: "pkcs8" });
  const publicKey = createPublicKey({ key: Buffer.concat([SPKI, recipient]), format: "der", type: "spki" });
  const share = createPublicKey(privateKey).export({ format: "der", type: "spki" }).subarray(SPKI.byteLength);
  const shared = diffieHellman({ privateKey, publicKey });
  const key = derive(shared, Buffer.concat([share, recipient]), "age-encryption.org/v1/X25519");
  return `-> X25519 ${base64(share)}\n${base64(encrypt(key, NO_NONCE, fileKey))}\n`;
}

function derive(key: Uint8Array, salt: Uint8Array | "", info: string): Uint8Array {
  return hkdfSha256(key, salt === "" ? new Uint8Array(0) : salt, Buffer.from(info), 32);
}

function encrypt(key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array): Buffer {
  const cipher = createCipheriv("chacha20-poly1305", key, nonce, { authTagLength: 16 });
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** The 32 bytes of Bech32 (BIP 173), its check left out: five bits a character, six characters of check at the end. */
function decodeRecipient(recipient: string): Uint8Array {
  const bits = [...recipient.slice("age1".length, -6)].map((sign) => BECH32.indexOf(sign).toString(2).padStart(5, "0"));
  const bytes = bits.join("").match(/.{8}/g) ?? [];
  return Uint8Array.from(bytes, (byte) => Number.parseInt(byte, 2));
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64").replaceAll("=", "");
}

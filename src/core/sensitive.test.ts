import { Console } from "node:console";
import { Writable } from "node:stream";
import { format, inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { CofferError } from "../errors.js";
import { Sensitive } from "./sensitive.js";

const CANARY = "canary-7e1f";
const secret = Sensitive.fromText(CANARY);
const holder = { list: [secret], map: new Map([["key", secret]]), deep: { deeper: { deepest: secret } } };

/** Every way in which a value gets printed without anybody meaning it. */
const ways: readonly (readonly [string, () => string])[] = [
  ["String()", () => String(secret)],
  ["a template", () => `${secret}`],
  ["addition", () => `value: ${[secret]}`],
  ["joining", () => [secret, secret].join()],
  ["toLocaleString", () => secret.toLocaleString()],
  ["JSON", () => JSON.stringify({ secret, holder })],
  ["inspect", () => inspect(secret)],
  [
    "inspect with everything shown",
    () => inspect(holder, { depth: null, showHidden: true, getters: true, showProxy: true }),
  ],
  ["inspect without custom ways", () => inspect(secret, { customInspect: false, showHidden: true, depth: null })],
  ["format", () => format("%s %o %O %j %d", secret, secret, holder, secret, secret)],
  ["console.log", () => printed((to) => to.log("value:", secret, holder))],
  ["console.dir", () => printed((to) => to.dir(holder, { depth: null, showHidden: true }))],
  ["console.table", () => printed((to) => to.table([{ secret }]))],
  ["an error's message", () => String(new CofferError("FAILED", `it was ${secret}`))],
  ["an error's cause", () => inspect(new CofferError("FAILED", "no", { cause: secret }), { showHidden: true })],
  ["its own fields", () => JSON.stringify([Object.entries(secret), Reflect.ownKeys(secret), { ...secret }])],
  ["a copy between threads", () => inspect(structuredClone({ secret }), { showHidden: true })],
];

describe("a sensitive value", () => {
  it.each(ways)("is not shown by %s", (_, print) => {
    const shown = print();
    const bytes = Buffer.from(CANARY);
    expect(shown).not.toContain(CANARY);
    expect(shown).not.toContain(bytes.toString("base64"));
    expect(shown).not.toContain(bytes.toString("hex"));
    expect(shown).not.toContain(bytes.subarray(0, 4).join(", "));
    expect(shown.replaceAll(" ", "")).not.toContain(
      [...bytes.subarray(0, 4)].map((byte) => byte.toString(16)).join(""),
    );
  });

  it("says that it is one where it is printed", () => {
    expect([String(secret), JSON.stringify(secret), inspect(secret)]).toEqual([
      "[sensitive]",
      '"[sensitive]"',
      "[sensitive]",
    ]);
  });

  it("gives its bytes to who asks for them", () => {
    expect(Buffer.from(secret.reveal()).toString()).toBe(CANARY);
    expect(secret.byteLength).toBe(CANARY.length);
    expect(Buffer.from(Sensitive.fromText("é").reveal()).toString("hex")).toBe("c3a9");
  });

  it("takes bytes over without copying them", () => {
    const bytes = Uint8Array.of(1, 2, 3);
    expect(Sensitive.from(bytes).reveal()).toBe(bytes);
  });
});

function printed(print: (to: Console) => void): string {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk, _, done) {
      chunks.push(String(chunk));
      done();
    },
  });
  print(new Console({ stdout: stream, stderr: stream }));
  return chunks.join("");
}

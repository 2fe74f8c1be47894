import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateHybridIdentity, identityToRecipient } from "age-encryption";
import { describe, expect, it } from "vitest";
import { Sensitive } from "../core/sensitive.js";
import type { KeyOpener } from "./key-provider.js";
import { bindingOf } from "./recovery-binding.js";
import { makeRecoveryKey, openIdentities } from "./recovery-identity.js";
import { openRecoveryRecipient } from "./recovery-recipient.js";

const KEY = Sensitive.from(Buffer.alloc(32, 5));
const CONTEXT = { "coffer:store": "s", "coffer:namespace": "prod", "coffer:epoch": "e" };

const text = (identity: Sensitive): string => Buffer.from(identity.reveal()).toString("utf8");
const hex = (key: Sensitive): string => Buffer.from(key.reveal()).toString("hex");
const only = (openers: readonly KeyOpener[]): KeyOpener => {
  expect(openers).toHaveLength(1);
  return openers[0] as KeyOpener; // The line above has counted.
};

describe("a recovery key", () => {
  it("wraps by its recipient and opens by its identity, under the same id", async () => {
    const { recipient, identity } = await makeRecoveryKey();
    const wrapper = openRecoveryRecipient(recipient);
    const opener = only(await openIdentities(identity));
    expect(wrapper.id).toBe(`age:${recipient}`);
    expect(opener.id).toBe(wrapper.id);
    const wrapped = await wrapper.wrap(KEY, CONTEXT);
    expect(hex(await opener.unwrap(wrapped, CONTEXT))).toBe(hex(KEY));
    expect(await wrapper.wrap(KEY, CONTEXT)).not.toEqual(wrapped);
  });

  it("opens a key in its own place only", async () => {
    const { recipient, identity } = await makeRecoveryKey();
    const wrapped = await openRecoveryRecipient(recipient).wrap(KEY, CONTEXT);
    const opener = only(await openIdentities(identity));
    for (const other of [{ ...CONTEXT, "coffer:namespace": "test" }, { ...CONTEXT, env: "x" }, {}]) {
      await expect(opener.unwrap(wrapped, other)).rejects.toMatchObject({ code: "INTEGRITY" });
    }
  });

  it.each(["another's", "cut", "changed", "empty"])("does not open what is %s", async (kind) => {
    const [ours, theirs] = [await makeRecoveryKey(), await makeRecoveryKey()];
    const wrapped = await openRecoveryRecipient((kind === "another's" ? theirs : ours).recipient).wrap(KEY, CONTEXT);
    const bytes = { cut: wrapped.subarray(0, -1), empty: wrapped.subarray(0, 0) }[kind] ?? Uint8Array.from(wrapped);
    if (kind === "changed") bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    const opener = only(await openIdentities(ours.identity));
    await expect(opener.unwrap(bytes, CONTEXT)).rejects.toMatchObject({ code: "INTEGRITY" });
  });

  it("may be one that withstands quantum computers", async () => {
    const identity = await generateHybridIdentity();
    const wrapper = openRecoveryRecipient(await identityToRecipient(identity));
    const wrapped = await wrapper.wrap(KEY, CONTEXT);
    expect(wrapped.byteLength).toBeLessThan(8192);
    expect(wrapper.id.length).toBeLessThan(2048);
    const opener = only(await openIdentities(Sensitive.fromText(identity)));
    expect(hex(await opener.unwrap(wrapped, CONTEXT))).toBe(hex(KEY));
  });

  it.each([
    "age1",
    "AGE1QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ",
    `age1${"q".repeat(57)}`,
    `age1${"b".repeat(58)}`,
    "age1yubikey1qwt50d05nh5vutpdzmlg5wn80xq5negm4uj9ghv0snvdd3yysf5yw3rhl3t",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILxx",
  ])("is no recipient: %s", (recipient) => {
    expect(() => openRecoveryRecipient(recipient)).toThrow(expect.objectContaining({ code: "USAGE" }));
  });

  it("with a typing error wraps nothing", async () => {
    const { recipient } = await makeRecoveryKey();
    const last = recipient.endsWith("q") ? "p" : "q";
    const wrong = openRecoveryRecipient(recipient.slice(0, -1) + last);
    await expect(wrong.wrap(KEY, CONTEXT)).rejects.toMatchObject({ code: "USAGE" });
  });
});

describe("an identity file", () => {
  it("has comments, empty lines, and one or several identities", async () => {
    const [one, two] = [await makeRecoveryKey(), await makeRecoveryKey()];
    const file = `# created: today\r\n\r\n${text(one.identity)}\r\n# another\n${text(two.identity)}`;
    const openers = await openIdentities(Sensitive.fromText(file));
    expect(openers.map(({ id }) => id)).toEqual([one, two].map(({ recipient }) => `age:${recipient}`));
  });

  it.each([
    ["nothing", ""],
    ["comments alone", "# nothing\n"],
    ["a recipient", "age1qqqq"],
    ["a key that is cut", "AGE-SECRET-KEY-1QHF6QJMHSVA"],
    ["bytes that are no text", "\u00ff"],
  ])("of %s is refused, and not repeated", async (_, content) => {
    const opening = openIdentities(Sensitive.from(Buffer.from(content, "latin1")));
    await expect(opening).rejects.toMatchObject({ code: "INVALID" });
    if (content !== "") await expect(opening).rejects.not.toMatchObject({ message: expect.stringContaining("QHF6") });
  });
});

const hasAge = spawnSync("age", ["--version"]).status === 0;
if (!hasAge)
  process.stderr.write(
    "NOT TESTED: the age command opens what we wrap, and we what it wraps. There is none here: it is Debian's package age\n",
  );

describe.runIf(hasAge)("the age command", () => {
  it("opens what we wrap, and wraps what we open", async () => {
    const folder = mkdtempSync(join(tmpdir(), "coffer-age-"));
    try {
      const { recipient, identity } = await makeRecoveryKey();
      const file = join(folder, "identity.txt");
      writeFileSync(file, `${text(identity)}\n`, { mode: 0o600 });
      const wrapped = await openRecoveryRecipient(recipient).wrap(KEY, CONTEXT);
      const opened = execFileSync("age", ["--decrypt", "--identity", file], { input: wrapped });
      expect(opened).toEqual(Buffer.concat([bindingOf(CONTEXT), KEY.reveal()]));
      const theirs = execFileSync("age", ["--recipient", recipient], { input: opened });
      const opener = only(await openIdentities(identity));
      expect(hex(await opener.unwrap(theirs, CONTEXT))).toBe(hex(KEY));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

import { describe, expect, it } from "vitest";
import { Sensitive } from "../core/sensitive.js";
import { openMasterKey } from "../keys/key-file.js";
import { openMemoryStore } from "../objects/memory.js";
import { initVault } from "./init.js";
import { openVault } from "./vault.js";
import type { NamespaceReport } from "./verifying/contract.js";

const text = (value: string): Sensitive => Sensitive.fromText(value);
const shown = (value: Sensitive | undefined): string => Buffer.from(value?.reveal() ?? []).toString("utf8");

async function freshVault() {
  const objects = openMemoryStore();
  await initVault(objects);
  const keys = openMasterKey(Sensitive.from(Buffer.alloc(32, 7)), "key-file:test");
  return { objects, keys, vault: openVault({ objects, keys, memory: null, author: "ada" }) };
}

describe("a vault", () => {
  it("gives back what was put, by number too", async () => {
    const { vault } = await freshVault();
    await vault.commit("prod", [{ op: "put", name: "A", value: text("one") }]);
    await vault.commit("prod", [{ op: "put", name: "A", value: text("two") }], { message: "changed" });
    expect(shown((await vault.read("prod/A"))?.value)).toBe("two");
    expect(shown((await vault.read("prod/A", { version: "1" }))?.value)).toBe("one");
    const reports: NamespaceReport[] = [];
    for await (const report of vault.verify()) reports.push(report);
    expect(reports).toMatchObject([{ namespace: "prod", commits: 2, problems: [] }]);
  });
});

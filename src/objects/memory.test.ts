import { describe, expect, it } from "vitest";
import { encodeUtf8 } from "../core/bytes.js";
import { objectStoreContract } from "../testing/object-store-contract.js";
import { openMemoryStore } from "./memory.js";

function open() {
  const store = openMemoryStore();
  return Promise.resolve({ store, dispose: () => store.close() });
}

describe("the memory store", () => {
  it("keeps what it is given for as long as it lives, and shares it with no other", async () => {
    const store = openMemoryStore();
    await store.put("coffer.json", encodeUtf8("{}"), { absent: true });
    expect(await store.get("coffer.json")).not.toBeNull();
    expect(await openMemoryStore().get("coffer.json")).toBeNull();
  });
});

objectStoreContract("the memory store", open, { describe, it });

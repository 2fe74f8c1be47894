import { describe, it } from "vitest";
import { EACH, type KeptVersions, openEachStore } from "./each-store.js";
import { secretStoreContract } from "./secret-store-contract.js";

secretStoreContract(
  "the store in memory that makes each change by itself",
  EACH,
  async () => {
    const kept: KeptVersions = new Map();
    const open = () => openEachStore({ kept });
    return { store: open(), another: async () => open(), dispose: async () => {} };
  },
  { describe, it },
);

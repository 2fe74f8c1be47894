import { beforeEach, describe, expect, it } from "vitest";
import { faultyStore } from "../../testing/faulty-object-store.js";
import { acceptAll, type InboxScene, inboxScene, keyOf, submissionsIn } from "../../testing/submission-scene.js";
import { around, bytesAt, collect, openTestVault, text } from "../../testing/vault-scene.js";
import type { Submission } from "./contract.js";

let scene: InboxScene;

beforeEach(async () => {
  scene = await inboxScene();
});

describe("a submission that was accepted", () => {
  /** Puts what was accepted back, as somebody can who kept a copy. */
  async function putBack(submission: Submission, bytes: Uint8Array): Promise<void> {
    await scene.objects.put(keyOf(submission), bytes, { absent: true });
  }

  async function expectRefused(submission: Submission): Promise<void> {
    const before = await scene.changesOf(submission.namespace);
    expect(await acceptAll(scene.ada, submission.namespace)).toEqual({
      commit: null,
      accepted: [],
      already: [submission.id],
      left: [],
    });
    expect(await scene.changesOf(submission.namespace)).toEqual(before);
    expect(await collect(scene.objects.list("inbox/"))).toEqual([]);
  }

  it("is not accepted again where a copy is put back, however long ago", async () => {
    const submission = await scene.submit("A", "old");
    const bytes = await bytesAt(scene.objects, keyOf(submission));
    await acceptAll(scene.ada, "prod");
    for (let index = 0; index < 140; index++)
      await scene.ada.commit("prod", [{ op: "put", name: "A", value: text(`${index}`) }]);
    await putBack(submission, bytes);
    await expectRefused(submission);
    expect(await scene.valueAt("prod/A")).toBe("139");
  });

  it("is not accepted again after its name was deleted, staged or sealed under a new epoch", async () => {
    const submission = await scene.submit("A", "old");
    const bytes = await bytesAt(scene.objects, keyOf(submission));
    await acceptAll(scene.ada, "prod", { stage: "next" });
    await scene.ada.commit("prod", [{ op: "promote", name: "A", stage: "next" }]);
    await scene.ada.commit("prod", [{ op: "delete", name: "A" }]);
    await scene.ada.rekey("prod");
    await putBack(submission, bytes);
    await expectRefused(submission);
  });

  it.each([
    ["forgotten", false],
    ["forgotten and put again", true],
  ])("is not accepted again after its name was %s", async (_, again) => {
    const submission = await scene.submit("A", "old");
    const bytes = await bytesAt(scene.objects, keyOf(submission));
    await acceptAll(scene.ada, "prod");
    await scene.ada.purge("prod/A", "all");
    if (again) await scene.ada.commit("prod", [{ op: "put", name: "A", value: text("new") }]);
    await putBack(submission, bytes);
    await expectRefused(submission);
  });

  it("does not stand in the way of a new one with the same names", async () => {
    const submission = await scene.submit("A", "old");
    const bytes = await bytesAt(scene.objects, keyOf(submission));
    await acceptAll(scene.ada, "prod");
    await putBack(submission, bytes);
    const fresh = await scene.submit("A", "new");
    expect(await acceptAll(scene.ada, "prod")).toMatchObject({ accepted: [fresh.id], already: [submission.id] });
    expect(await scene.valueAt("prod/A")).toBe("new");
  });

  it("is committed once though a kill came between the commit and its removal", async () => {
    const submission = await scene.submit("A", "a");
    const dying = faultyStore(scene.objects, ({ operation }) =>
      operation === "delete" ? { kind: "before" } : undefined,
    );
    expect(await acceptAll(openTestVault(dying), "prod")).toMatchObject({ left: [submission.id] });
    await expectRefused(submission);
    expect(await scene.valueAt("prod/A")).toBe("a");
  });

  it.each([
    ["before", "heads/"],
    ["after", "heads/"],
    ["refused", "heads/"],
    ["before", "commits/"],
    ["after", "commits/"],
  ] as const)("is committed once though an answer was lost (%s, %s)", async (kind, prefix) => {
    await scene.submit("A", "a");
    const store = faultyStore(scene.objects, ({ operation, key, index }) =>
      operation === "put" && key.startsWith(prefix) && index === 0 ? { kind } : undefined,
    );
    await acceptAll(openTestVault(store), "prod");
    expect(await scene.changesOf("prod")).toEqual([{ name: "A", version: "1", change: "added" }]);
    expect(await collect(scene.objects.list("inbox/"))).toEqual([]);
  });

  it("stays in the inbox where it is not known whether its commit happened, and is committed once all the same", async () => {
    const submission = await scene.submit("A", "a");
    const store = faultyStore(scene.objects, ({ operation, key }) =>
      operation === "put" && key.startsWith("heads/") ? { kind: "late" } : undefined,
    );
    const attempt = acceptAll(openTestVault(store, { timeout: 50 }), "prod");
    await expect(attempt).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN" });
    expect(await submissionsIn(scene.ada, "prod")).toHaveLength(1);
    await store.deliver();
    await expectRefused(submission);
    expect(await scene.valueAt("prod/A")).toBe("a");
  });

  it("by two at once is committed once, and the other learns it", async () => {
    const submission = await scene.submit("A", "a");
    const eve = openTestVault(scene.objects, { author: "eve" });
    const [seen] = await submissionsIn(scene.ada, "prod");
    const store = faultyStore(scene.objects, () => undefined);
    around(store, "heads/", { before: () => acceptAll(eve, "prod") });
    const made = await openTestVault(store).acceptSubmissions("prod", [seen ?? submission]);
    expect(made).toMatchObject({ commit: null, already: [submission.id] });
    expect(await scene.changesOf("prod")).toEqual([{ name: "A", version: "1", change: "added" }]);
    expect((await collect(scene.ada.log("prod")))[0]?.author).toBe("eve");
  });

  it("while others commit something else is committed on what they left", async () => {
    await scene.ada.commit("prod", [{ op: "put", name: "A", value: text("1") }]);
    await scene.submit("A", "2");
    const store = faultyStore(scene.objects, () => undefined);
    around(store, "heads/", { before: () => scene.ada.commit("prod", [{ op: "put", name: "B", value: text("b") }]) });
    await acceptAll(openTestVault(store), "prod");
    expect([await scene.valueAt("prod/A"), await scene.valueAt("prod/B")]).toEqual(["2", "b"]);
  });
});

import { beforeEach, describe, expect, it } from "vitest";
import { Sensitive } from "../../core/sensitive.js";
import { openMasterKey } from "../../keys/key-file.js";
import { acceptAll, type InboxScene, inboxScene, keyOf, storeIdOf } from "../../testing/submission-scene.js";
import { bytesAt, collect, openTestVault, problemsOf, shown, snapshot, text } from "../../testing/vault-scene.js";

let scene: InboxScene;

beforeEach(async () => {
  scene = await inboxScene();
});

describe("accepting", () => {
  it("makes one commit of all, whose author is who accepts and whose puts have the submissions as origin", async () => {
    const second = await scene.ben.submit("prod", [{ name: "B", value: text("b") }], { message: "new password" });
    const first = await scene.submit("A", "a");
    const made = await acceptAll(scene.ada, "prod");
    expect(made).toEqual({
      commit: expect.objectContaining({ author: "ada", message: "handed in by ben", sequence: 1 }),
      accepted: [first.id, second.id],
      already: [],
      left: [],
    });
    expect([await scene.valueAt("prod/A"), await scene.valueAt("prod/B")]).toEqual(["a", "b"]);
    const [key] = await collect(scene.objects.list("commits/"));
    const commit = Buffer.from(await bytesAt(scene.objects, key ?? "")).toString("utf8");
    for (const { id, time } of [first, second])
      expect(commit).toContain(`"origin":{"version":"inbox/${id}","time":"${time.toISOString()}","author":"ben"}`);
    expect(await collect(scene.objects.list("inbox/"))).toEqual([]);
    expect(await problemsOf(scene.ada)).toEqual([]);
  });

  it("takes over type, comment, expiry and context, and what the submitter says of one", async () => {
    const expires = new Date("2027-01-01T00:00:00.000Z");
    const value = { name: "A", value: text("a"), type: "binary", comment: "why", expires } as const;
    await scene.ben.submit("prod", [value], { context: { env: "prod" }, message: "new password" });
    await expect(acceptAll(scene.ada, "prod")).rejects.toMatchObject({ code: "CONTEXT" });
    await expect(acceptAll(scene.ada, "prod", { context: { env: "dev" } })).rejects.toMatchObject({
      code: "CONTEXT",
      message: expect.stringMatching(/^inbox\/prod\/s/),
    });
    const { commit } = await acceptAll(scene.ada, "prod", { context: { env: "prod", more: "1" } });
    expect(commit?.message).toBe("handed in by ben: new password");
    await expect(scene.ada.read("prod/A")).rejects.toMatchObject({ code: "CONTEXT" });
    const read = await scene.ada.read("prod/A", { context: { env: "prod" } });
    expect(read).toMatchObject({ type: "binary", comment: "why", expires, context: ["env"] });
    expect(shown(read)).toBe("a");
  });

  it("seals large values anew, in blobs", async () => {
    await scene.submit("A", "x".repeat(5000));
    await acceptAll(scene.ada, "prod");
    expect(await scene.valueAt("prod/A")).toBe("x".repeat(5000));
    expect(await collect(scene.objects.list("blobs/"))).toHaveLength(1);
  });

  it("makes the later of two for one name the later version, in whatever order they are named", async () => {
    const later = await scene.submit("A", "later");
    const earlier = await scene.submit("A", "earlier");
    const { accepted } = await scene.ada.acceptSubmissions("prod", [later, earlier, later]);
    expect(accepted).toEqual([earlier.id, later.id]);
    expect([await scene.valueAt("prod/A", "1"), await scene.valueAt("prod/A")]).toEqual(["earlier", "later"]);
  });

  it("can put what was handed in aside, under a stage", async () => {
    await scene.submit("A", "a");
    await acceptAll(scene.ada, "prod", { stage: "next", message: "mine" });
    expect(await scene.ada.read("prod/A")).toBeNull();
    expect(shown(await scene.ada.read("prod/A", { stage: "next" }))).toBe("a");
    expect((await collect(scene.ada.log("prod")))[0]?.message).toBe("mine");
  });

  it("holds to what it expects of version and head", async () => {
    const { commit } = await scene.ada.commit("prod", [{ op: "put", name: "A", value: text("1") }]);
    await scene.submit("A", "2");
    const CONFLICT = { code: "CONFLICT" };
    await expect(acceptAll(scene.ada, "prod", { expectVersion: null })).rejects.toMatchObject(CONFLICT);
    await expect(acceptAll(scene.ada, "prod", { expect: `c${"0".repeat(64)}` })).rejects.toMatchObject(CONFLICT);
    expect(await acceptAll(scene.ada, "prod", { expectVersion: "1", expect: commit })).toMatchObject({ already: [] });
  });

  it("tried out changes nothing", async () => {
    await scene.submit("A", "a");
    const before = await snapshot(scene.objects);
    const { commit } = await acceptAll(scene.ada, "prod", { dryRun: true });
    expect(commit?.changes).toEqual([{ name: "A", version: "1", change: "added" }]);
    expect(await snapshot(scene.objects)).toEqual(before);
  });

  it("is all or none: nothing is committed where one is gone", async () => {
    const [gone, there] = [await scene.submit("A", "a"), await scene.submit("B", "b")];
    await scene.ada.rejectSubmissions("prod", [gone.id]);
    await expect(scene.ada.acceptSubmissions("prod", [there, gone])).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: expect.stringContaining(gone.id),
    });
    expect(await scene.changesOf("prod")).toEqual([]);
  });

  it("is CONFLICT where another lies there by now than was looked at", async () => {
    const seen = await scene.submit("A", "a");
    const other = await openTestVault(scene.objects, {
      storeId: await storeIdOf(scene.objects),
      random: (length) => (length === 16 ? Buffer.from(seen.id.slice(1), "hex") : Buffer.alloc(length, 3)),
    });
    await scene.objects.delete(keyOf(seen));
    expect((await other.submit("prod", [{ name: "A", value: text("swapped") }])).id).toBe(seen.id);
    await expect(scene.ada.acceptSubmissions("prod", [seen])).rejects.toMatchObject({ code: "CONFLICT" });
    expect(await scene.changesOf("prod")).toEqual([]);
  });

  it("is ACCESS_DENIED where it was sealed for another master key", async () => {
    const keys = openMasterKey(Sensitive.from(Buffer.alloc(32, 9)), "key-file:other");
    const storeId = await storeIdOf(scene.objects);
    const { id } = await openTestVault(scene.objects, { keys, storeId }).submit("prod", [
      { name: "A", value: text("a") },
    ]);
    await expect(acceptAll(scene.ada, "prod")).rejects.toMatchObject({
      code: "ACCESS_DENIED",
      message: expect.stringContaining(`inbox/prod/${id}`),
    });
  });
});

import { beforeEach, describe, expect, it } from "vitest";
import { faultyStore } from "../../testing/faulty-object-store.js";
import { type InboxScene, inboxScene, keyOf, submissionsIn } from "../../testing/submission-scene.js";
import { bytesAt, collect, openTestVault, problemsOf, replaceObject, text } from "../../testing/vault-scene.js";
import type { Vault } from "../contract.js";
import type { InboxItem, Submission } from "./contract.js";

let scene: InboxScene;

beforeEach(async () => {
  scene = await inboxScene();
});

const inbox = (vault: Vault, namespace = "prod"): Promise<InboxItem[]> => collect(vault.inbox(namespace));

describe("what waits", () => {
  it("is listed oldest first, by its claims, and then by id", async () => {
    const all = [await scene.submit("A", "1"), await scene.submit("B", "2"), await scene.submit("C", "3")];
    expect((await submissionsIn(scene.ada, "prod")).map(({ id }) => id)).toEqual(all.map(({ id }) => id).reverse());
    expect(await inbox(scene.ada, "dev")).toEqual([]);
  });

  it("is listed whole, however much it is, and past what is damaged or foreign", async () => {
    const all: Submission[] = [];
    for (let index = 0; index < 40; index++) all.push(await scene.submit(`N${index}`, ""));
    const [first, second] = all;
    if (first === undefined || second === undefined) throw new Error("there are forty");
    await replaceObject(scene.objects, keyOf(first), Buffer.from("{}\n"));
    await replaceObject(scene.objects, keyOf(second), Buffer.from('{"coffer":2}\n'));
    await scene.objects.put("inbox/prod/README", Buffer.from("hello"), { absent: true });
    const items = await inbox(openTestVault(scene.objects, { keys: null }));
    expect(items.slice(0, 38).map(({ id }) => id)).toEqual(
      all
        .slice(2)
        .map(({ id }) => id)
        .reverse(),
    );
    const bad = items.slice(38).map(({ id, problem }) => [id, problem?.object, problem?.code]);
    expect(bad.sort()).toEqual(
      [
        ["README", "inbox/prod/README", "INTEGRITY"],
        [first.id, keyOf(first), "INTEGRITY"],
        [second.id, keyOf(second), "UNSUPPORTED"],
      ].sort(),
    );
  });

  it.each([
    ["of another id", (it: Submission) => keyOf(it).replace(/.$/, (digit) => (digit === "0" ? "1" : "0"))],
    ["of another namespace", (it: Submission) => `inbox/dev/${it.id}`],
  ])("is named as damaged where it lies in the place %s", async (_, placeOf) => {
    const submission = await scene.submit("A", "1");
    const place = placeOf(submission);
    await scene.objects.put(place, await bytesAt(scene.objects, keyOf(submission)), { absent: true });
    const found = (await Promise.all(["prod", "dev"].map((namespace) => inbox(scene.ada, namespace)))).flat();
    expect(found.find(({ problem }) => problem?.object === place)?.problem?.code).toBe("INTEGRITY");
  });

  it("is named as damaged where it is of another store than the one that is known", async () => {
    await scene.submit("A", "1");
    const [item] = await inbox(openTestVault(scene.objects, { storeId: "A".repeat(22) }));
    expect(item?.problem).toMatchObject({ code: "INTEGRITY", message: expect.stringContaining("another store") });
  });

  it("counts for nothing: no reader sees it, and verify has nothing to say", async () => {
    await scene.ada.commit("prod", [{ op: "put", name: "A", value: text("committed") }]);
    await scene.submit("A", "1");
    await scene.objects.put("inbox/prod/rubbish", Buffer.from("x"), { absent: true });
    expect(await scene.valueAt("prod/A")).toBe("committed");
    expect(await problemsOf(scene.ada)).toEqual([]);
  });

  it("can be rejected, rubbish too, and nothing is opened or read", async () => {
    const submission = await scene.submit("A", "1");
    await scene.objects.put("inbox/prod/rubbish", Buffer.from("x"), { absent: true });
    const store = faultyStore(scene.objects, () => undefined);
    await openTestVault(store, { keys: null }).rejectSubmissions("prod", [submission.id, "rubbish"]);
    expect(store.calls.map(({ operation }) => operation)).toEqual(["delete", "delete"]);
    expect(await collect(scene.objects.list("inbox/"))).toEqual([]);
  });
});

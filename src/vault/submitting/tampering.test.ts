import { beforeEach, describe, expect, it } from "vitest";
import { parseSubmission } from "../../core/documents/submission.js";
import { Sensitive } from "../../core/sensitive.js";
import { isCofferError } from "../../errors.js";
import { acceptAll, type InboxScene, inboxScene, keyOf } from "../../testing/submission-scene.js";
import { bytesAt, collect, copyOf, MASTER_KEY, openTestVault, replaceObject } from "../../testing/vault-scene.js";
import type { Submission } from "./contract.js";

let scene: InboxScene;

beforeEach(async () => {
  scene = await inboxScene();
});

describe("a submission that somebody without its key changed", () => {
  type Edit = (text: string, it: Submission) => string;
  const relabel: readonly (readonly [string, Edit])[] = [
    ["another name", (all) => all.replace('"name":"A"', '"name":"B"')],
    ["another type", (all) => all.replace('"type":"text"', '"type":"binary"')],
    ["another sender", (all) => all.replace('"author":"ben"', '"author":"eve"')],
    ["another time", (all) => all.replace('"time":"2026', '"time":"2027')],
    ["a comment", (all) => all.replace('"type":"text"', '"type":"text","comment":"x"')],
    ["no sender", (all) => all.replace('"author":"ben",', "")],
    ["another mac", (all) => all.replace(/"mac":"../, '"mac":"AA')],
    ["another value", (all) => all.replace(/"value":"..../, '"value":"AAAA')],
  ];

  it.each(relabel)("is INTEGRITY, and named: %s", async (_, edit) => {
    const submission = await scene.submit("A", "a");
    const before = Buffer.from(await bytesAt(scene.objects, keyOf(submission))).toString("utf8");
    const after = edit(before, submission);
    expect(after).not.toBe(before);
    await replaceObject(scene.objects, keyOf(submission), Buffer.from(after));
    await expect(acceptAll(scene.ada, "prod")).rejects.toMatchObject({
      code: "INTEGRITY",
      message: expect.stringContaining(keyOf(submission)),
    });
    expect(await scene.changesOf("prod")).toEqual([]);
  });

  it("is INTEGRITY with the line of a value from another one, which has the same name", async () => {
    const [one, two] = [await scene.submit("A", "a"), await scene.submit("A", "b")];
    const lines = async (it: Submission) =>
      Buffer.from(await bytesAt(scene.objects, keyOf(it)))
        .toString("utf8")
        .split("\n");
    const [first, second] = [await lines(one), await lines(two)];
    await replaceObject(scene.objects, keyOf(one), Buffer.from([first[0], second[1], ...first.slice(2)].join("\n")));
    await expect(acceptAll(scene.ada, "prod")).rejects.toMatchObject({ code: "INTEGRITY" });
  });

  it("is INTEGRITY where it says that it is to another namespace, and lies there", async () => {
    const submission = await scene.submit("A", "a");
    const bytes = Buffer.from(await bytesAt(scene.objects, keyOf(submission))).toString("utf8");
    const moved = bytes.replace('"namespace":"prod"', '"namespace":"dev"');
    await scene.objects.put(`inbox/dev/${submission.id}`, Buffer.from(moved), { absent: true });
    await expect(acceptAll(scene.ada, "dev")).rejects.toMatchObject({
      code: "INTEGRITY",
      message: `inbox/dev/${submission.id} is not as it was handed in`,
    });
  });

  it("is INTEGRITY where one bit is another", async () => {
    const submission = await scene.submit("A", "a");
    const whole = await bytesAt(scene.objects, keyOf(submission));
    for (let at = 0; at < whole.byteLength; at += 7) {
      const changed = Uint8Array.from(whole);
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
      const copy = await copyOf(scene.objects);
      await replaceObject(copy, keyOf(submission), changed);
      const reading = openTestVault(copy);
      const [item] = await collect(reading.inbox("prod"));
      const code =
        item?.submission === null
          ? item.problem.code
          : await acceptAll(reading, "prod").then(
              () => "none",
              (error: unknown) => (isCofferError(error) ? error.code : error),
            );
      expect(code, `byte ${at}`).toMatch(/^(INTEGRITY|UNSUPPORTED|ACCESS_DENIED|CONTEXT)$/);
    }
  });
});

it("a submission's key and sealed values are of no use elsewhere: each is made for its own place", async () => {
  const submission = await scene.submit("A", "a");
  const { header } = parseSubmission(await bytesAt(scene.objects, keyOf(submission)), "it");
  const wrapped = Buffer.from(header.key.wrappings[0]?.wrapped ?? "", "base64url");
  const context = { "coffer:store": header.store, "coffer:namespace": "prod" };
  const opens = (epoch: string) => MASTER_KEY.unwrap(wrapped, { ...context, "coffer:epoch": epoch });
  await expect(opens("inbox")).resolves.toBeInstanceOf(Sensitive);
  await expect(opens("inbox/own")).rejects.toMatchObject({ code: "INTEGRITY" });
});

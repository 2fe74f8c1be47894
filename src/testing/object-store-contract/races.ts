import assert from "node:assert/strict";
import { encodeUtf8 } from "../../core/bytes.js";
import type { ObjectStore } from "../../objects/object-store.js";
import { ABSENT, COMMIT, create, HEAD, replace, type Test, textAndTag } from "./words.js";

export function testRaces(test: Test): void {
  const racers = Array.from({ length: 20 }, (_, index) => `racer ${index}`);

  for (const key of [COMMIT, HEAD]) {
    test(`lets one of 20 create ${key}, and keeps what that one put`, async (store) => {
      const answers = await Promise.all(racers.map((text) => store.put(key, encodeUtf8(text), ABSENT)));
      assert.deepEqual(textAndTag(await store.get(key)), theWinner(racers, answers));
    });

    test(`lets one of 20 create ${key} even if all of them put equal bytes`, async (store) => {
      const answers = await Promise.all(racers.map(() => store.put(key, encodeUtf8("same"), ABSENT)));
      assert.deepEqual(textAndTag(await store.get(key)), { ...theWinner(racers, answers), text: "same" });
    });
  }

  test("lets one of 20 replace an object, and keeps what that one put", async (store) => {
    const { etag } = await create(store, HEAD, "start");
    const answers = await Promise.all(racers.map((text) => store.put(HEAD, encodeUtf8(text), { etag })));
    assert.deepEqual(textAndTag(await store.get(HEAD)), theWinner(racers, answers));
  });

  test("counts every increment of 8 that take turns by compare-and-set", async (store) => {
    await create(store, HEAD, "0");
    await Promise.all(Array.from({ length: 8 }, () => increment(store, 5)));
    assert.equal(textAndTag(await store.get(HEAD))?.text, "40");
  });

  test("shows a reader whole objects only while others replace them", async (store) => {
    const texts = Array.from({ length: 10 }, (_, index) => String(index).repeat(10_000 + index));
    const writing = replaceWithEach(store, texts);
    let reading = true;
    const seen = readWhile(store, () => reading);
    await writing;
    reading = false;
    assert.deepEqual(
      (await seen).filter((text) => !texts.includes(text)),
      [],
    );
  });
}

/** Fails unless exactly one was not refused. */
function theWinner(texts: readonly string[], answers: readonly ({ etag: string } | "refused")[]): object {
  const winners = answers.flatMap((answer, index) =>
    answer === "refused" ? [] : [{ text: texts[index], etag: answer.etag }],
  );
  assert.equal(winners.length, 1, `${winners.length} won`);
  return winners[0] ?? {};
}

async function increment(store: ObjectStore, times: number): Promise<void> {
  for (let done = 0; done < times; ) {
    const held = textAndTag(await store.get(HEAD));
    assert.ok(held !== null);
    const answer = await store.put(HEAD, encodeUtf8(String(Number(held.text) + 1)), { etag: held.etag });
    if (answer !== "refused") done += 1;
  }
}

async function replaceWithEach(store: ObjectStore, texts: readonly string[]): Promise<void> {
  let etag: string | undefined;
  for (const text of texts) {
    const answer: { etag: string } = await (etag === undefined
      ? create(store, HEAD, text)
      : replace(store, HEAD, text, etag));
    etag = answer.etag;
  }
}

async function readWhile(store: ObjectStore, isGoingOn: () => boolean): Promise<string[]> {
  const seen: string[] = [];
  while (isGoingOn()) {
    const held = textAndTag(await store.get(HEAD));
    if (held !== null) seen.push(held.text);
    // Lets timers and the disk have their turn, where reading itself never waits.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return seen;
}

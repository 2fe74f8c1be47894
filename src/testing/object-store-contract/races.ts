import assert from "node:assert/strict";
import { encodeUtf8 } from "../../core/bytes.js";
import type { ObjectStore } from "../../objects/object-store.js";
import { ABSENT, COMMIT, create, HEAD, keysOf, replace, type Test, textAndTag } from "./words.js";

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

    test(`lets one of 20 replace ${key}, and keeps what that one put`, async (store) => {
      const { etag } = await create(store, key, "start");
      const answers = await Promise.all(racers.map((text) => store.put(key, encodeUtf8(text), { etag })));
      assert.deepEqual(textAndTag(await store.get(key)), theWinner(racers, answers));
    });

    test(`lets none create ${key} while others replace it`, async (store) => {
      await create(store, key, "0");
      const creating = Array.from({ length: 8 }, () => store.put(key, encodeUtf8("created"), ABSENT));
      const [answers] = await Promise.all([Promise.all(creating), increment(store, key, 5)]);
      assert.deepEqual(new Set(answers), new Set(["refused"]));
      assert.equal(textAndTag(await store.get(key))?.text, "5");
    });

    test(`leaves nothing at ${key} where it is deleted while others replace it`, async (store) => {
      const { etag } = await create(store, key, "start");
      const replacing = racers.map((text) => store.put(key, encodeUtf8(text), { etag }).catch(() => "failed"));
      await Promise.all([store.delete(key), ...replacing]);
      assert.equal(await store.get(key), null);
      assert.deepEqual(await keysOf(store, ""), []);
    });

    test(`counts every increment at ${key} of 8 that take turns by compare-and-set`, async (store) => {
      await create(store, key, "0");
      await Promise.all(Array.from({ length: 8 }, () => increment(store, key, 5)));
      assert.equal(textAndTag(await store.get(key))?.text, "40");
    });

    test(`shows whoever reads ${key} whole objects only while others replace it`, async (store) => {
      const texts = Array.from({ length: 10 }, (_, index) => String(index).repeat(10_000 + index));
      await create(store, key, texts[0] ?? "");
      const writing = replaceWithEach(store, key, texts.slice(1));
      let reading = true;
      const seen = readWhile(store, key, () => reading);
      await writing;
      reading = false;
      assert.deepEqual(
        (await seen).filter((text) => text === null || !texts.includes(text)),
        [],
      );
    });
  }
}

/** Fails unless exactly one was not refused. */
function theWinner(texts: readonly string[], answers: readonly ({ etag: string } | "refused")[]): object {
  const winners = answers.flatMap((answer, index) =>
    answer === "refused" ? [] : [{ text: texts[index], etag: answer.etag }],
  );
  assert.equal(winners.length, 1, `${winners.length} won`);
  return winners[0] ?? {};
}

async function increment(store: ObjectStore, key: string, times: number): Promise<void> {
  for (let done = 0; done < times; ) {
    const held = textAndTag(await store.get(key));
    assert.ok(held !== null);
    const answer = await store.put(key, encodeUtf8(String(Number(held.text) + 1)), { etag: held.etag });
    if (answer !== "refused") done += 1;
  }
}

async function replaceWithEach(store: ObjectStore, key: string, texts: readonly string[]): Promise<void> {
  for (const text of texts) await replace(store, key, text, (await store.get(key))?.etag ?? "");
}

/** What a reader sees, again and again, of an object that is never missing. */
async function readWhile(store: ObjectStore, key: string, isGoingOn: () => boolean): Promise<(string | null)[]> {
  const seen: (string | null)[] = [];
  while (isGoingOn()) {
    seen.push(textAndTag(await store.get(key))?.text ?? null);
    // Lets timers and the disk have their turn, where reading itself never waits.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return seen;
}

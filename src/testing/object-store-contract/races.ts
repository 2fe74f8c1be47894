import assert from "node:assert/strict";
import { encodeUtf8 } from "../../core/bytes.js";
import { isCofferError } from "../../errors.js";
import type { ObjectStore, PutCondition } from "../../objects/object-store.js";
import { ABSENT, COMMIT, create, HEAD, keysOf, replace, type Test, textAndTag } from "./words.js";

export function testRaces(test: Test): void {
  const racers = Array.from({ length: 20 }, (_, index) => `racer ${index}`);

  for (const key of [COMMIT, HEAD]) {
    test(`lets one of 20 create ${key}, and keeps what that one put`, async (store) => {
      const answers = await Promise.all(racers.map((text) => tryPut(store, key, text, ABSENT)));
      assertWon(textAndTag(await store.get(key)), racers, answers);
    });

    test(`lets one of 20 create ${key} even if all of them put equal bytes`, async (store) => {
      const answers = await Promise.all(racers.map(() => tryPut(store, key, "same", ABSENT)));
      const same = racers.map(() => "same");
      assertWon(textAndTag(await store.get(key)), same, answers);
    });

    test(`lets one of 20 replace ${key}, and keeps what that one put`, async (store) => {
      const { etag } = await create(store, key, "start");
      const answers = await Promise.all(racers.map((text) => tryPut(store, key, text, { etag })));
      assertWon(textAndTag(await store.get(key)), racers, answers);
    });

    test(`lets none create ${key} while others replace it`, async (store) => {
      await create(store, key, "begun");
      const creating = Array.from({ length: 8 }, () => tryPut(store, key, "created", ABSENT));
      const [answers] = await Promise.all([Promise.all(creating), append(store, key, wordsOf(0))]);
      assert.deepEqual(
        answers.filter((answer) => answer !== "refused" && answer !== "open"),
        [],
      );
      assert.equal(textAndTag(await store.get(key))?.text, ["begun", ...wordsOf(0)].join(" "));
    });

    test(`leaves nothing at ${key} where it is deleted while others replace it`, async (store) => {
      const { etag } = await create(store, key, "start");
      const replacing = racers.map((text) => store.put(key, encodeUtf8(text), { etag }).catch(() => "failed"));
      await Promise.all([store.delete(key), ...replacing]);
      assert.equal(await store.get(key), null);
      assert.deepEqual(await keysOf(store, ""), []);
    });

    test(`keeps each change of ${key} once that 8 make by turns, by compare-and-set`, async (store) => {
      await create(store, key, "begun");
      const writers = Array.from({ length: 8 }, (_, writer) => wordsOf(writer));
      await Promise.all(writers.map((words) => append(store, key, words)));
      const [, ...kept] = textAndTag(await store.get(key))?.text.split(" ") ?? [];
      assert.deepEqual(kept.sort(), writers.flat());
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

type Answer = { etag: string } | "refused" | "open";

/** `open`: it may have happened, or not. Storage that answers so under a race keeps its promises all the same. */
async function tryPut(store: ObjectStore, key: string, text: string, condition: PutCondition): Promise<Answer> {
  return store.put(key, encodeUtf8(text), condition).catch((error: unknown) => {
    if (isCofferError(error, "UNREACHABLE")) return "open";
    throw error;
  });
}

/** Fails unless one won, and what is there is what that one put; where none was told so it is one of those who were told nothing. */
function assertWon(
  held: { text: string; etag: string } | null,
  texts: readonly string[],
  answers: readonly Answer[],
): void {
  const told = answers.flatMap((answer, index) =>
    answer === "refused" || answer === "open" ? [] : [{ text: texts[index], etag: answer.etag }],
  );
  assert.ok(told.length <= 1, `${told.length} won`);
  const [winner] = told;
  const open = texts.filter((_, index) => answers[index] === "open");
  if (winner !== undefined) assert.deepEqual(held, winner);
  else assert.ok(held !== null && open.includes(held.text), "nobody won");
}

function wordsOf(writer: number): string[] {
  return Array.from({ length: 5 }, (_, index) => `${writer}.${index}`);
}

/** Adds words to an object's text, one after the other, each once. */
async function append(store: ObjectStore, key: string, words: readonly string[]): Promise<void> {
  for (const word of words) {
    for (;;) {
      const held = textAndTag(await store.get(key));
      assert.ok(held !== null);
      // Where it was not told, this is how it is known.
      if (held.text.split(" ").includes(word)) break;
      await tryPut(store, key, `${held.text} ${word}`, { etag: held.etag });
    }
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

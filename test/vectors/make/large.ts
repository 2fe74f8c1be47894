import { headKey } from "../../../src/core/layout.js";
import { Hand } from "./hand.js";
import { commitKeyOf, only, rememberedOf, type Scene } from "./scene.js";
import { LIST, type Named, read, value, vector } from "./vector.js";

/** Chains of thousands of commits, and as many names as a head may have. */
export async function* largeVectors(): AsyncGenerator<Named> {
  yield* longChain();
  yield* manyNames();
}

async function* longChain(): AsyncGenerator<Named> {
  const hand = new Hand("long-chain");
  for (let sequence = 1; sequence <= 8400; sequence++) await hand.commit([hand.put("COUNT", `version ${sequence}`)]);
  const scene = hand.scene([1, 64, 4096]);
  // 8400 knows multiples of 64 down to 4288, and 4096; 4096 knows multiples of 64 down to 64; and 64 knows 1.
  yield vector(
    "long-chain",
    "Version 1 of 8400, over the commits at 4096, 64 and 1.",
    few(scene, 4096, 64, 1),
    read("COUNT", { version: 1 }),
    value("version 1"),
  );
  yield vector("long-chain-head", "The head of 8400 commits.", few(scene), read("COUNT"), value("version 8400"));
  const old = { ...rememberedOf(scene), sequence: 64, commit: commitKeyOf(scene, 64).slice(-65) };
  yield vector(
    "long-chain-remembered",
    "An ancestor far back is found through the commit at 4096.",
    few(scene, 4096),
    read("COUNT", { remembered: old }),
    value("version 8400"),
  );
}

function few(scene: Scene, ...sequences: readonly number[]): Scene {
  return only(scene, headKey(scene.namespace), ...sequences.map((sequence) => commitKeyOf(scene, sequence)));
}

async function* manyNames(): AsyncGenerator<Named> {
  const names = Array.from({ length: 4000 }, (_, index) => `N${String(index).padStart(4, "0")}`);
  const hand = new Hand("four-thousand-names");
  await hand.commit(
    names.flatMap((name) => [hand.put(name, "", { stage: "a" }), { op: "unstage" as const, name, stage: "a" }]),
  );
  yield vector(
    "four-thousand-names",
    "As many names as a head may have, none of them current.",
    few(hand.scene()),
    LIST,
    { names: [] },
  );
}

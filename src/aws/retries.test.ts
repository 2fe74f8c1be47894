import { describe, expect, it } from "vitest";
import { withRetries } from "./retries.js";

const LIMITS = { connect: 1, silence: 1, total: 200, pause: 1 };

/** Who waits so long. */
function who(limits = LIMITS): Parameters<typeof withRetries>[0] {
  return { limits, watch: (act) => act() };
}

describe("withRetries", () => {
  it("repeats until it succeeds", async () => {
    let attempts = 0;
    const act = async (): Promise<number> => {
      attempts += 1;
      if (attempts < 4) throw new Error("not yet");
      return attempts;
    };
    expect(await withRetries(who(), undefined, act, () => "again")).toBe(4);
  });

  it("throws the failure that cannot be mended, and the last one when the time is over", async () => {
    const failure = new Error("for good");
    const act = (): Promise<never> => Promise.reject(failure);
    await expect(withRetries(who(), undefined, act, () => "end")).rejects.toBe(failure);
    await expect(withRetries(who({ ...LIMITS, total: 20 }), undefined, act, () => "slower")).rejects.toBe(failure);
  });

  it("throws the signal's reason at once, whatever it is waiting for", async () => {
    const reason = new Error("enough");
    for (const act of [() => new Promise<never>(() => {}), () => Promise.reject(new Error("no"))]) {
      const controller = new AbortController();
      const running = withRetries(
        who({ ...LIMITS, pause: 10_000, total: 60_000 }),
        controller.signal,
        act,
        () => "again",
      );
      setTimeout(() => controller.abort(reason), 10);
      await expect(running).rejects.toBe(reason);
    }
  });

  it("does nothing where the signal was given before", async () => {
    const reason = new Error("enough");
    const act = (): Promise<never> => expect.fail("it was tried");
    await expect(withRetries(who(), AbortSignal.abort(reason), act, () => "again")).rejects.toBe(reason);
  });
});

import { describe, expect, it } from "vitest";
import { openPace } from "./pace.js";

/** Runs tasks that end when they are told to, and counts how many were begun. */
function begin(pace: ReturnType<typeof openPace>, count: number): { begun: () => number; endOne: () => Promise<void> } {
  const ends: (() => void)[] = [];
  const done: Promise<void>[] = [];
  let started = 0;
  for (let index = 0; index < count; index++) {
    done.push(
      pace(() => {
        started += 1;
        return new Promise<void>((resolve) => void ends.push(resolve));
      }),
    );
  }
  return {
    begun: () => started,
    async endOne() {
      ends.shift()?.();
      await new Promise(setImmediate);
    },
  };
}

describe("a pace", () => {
  it("lets so many run at a time, and the next when one has ended", async () => {
    const { begun, endOne } = begin(openPace(3), 5);
    await new Promise(setImmediate);
    expect(begun()).toBe(3);
    await endOne();
    expect(begun()).toBe(4);
  });

  it("lets half as many run where it is too much, but one always", async () => {
    const pace = openPace(4);
    for (let times = 0; times < 5; times++) pace.slowDown();
    const { begun, endOne } = begin(pace, 3);
    await new Promise(setImmediate);
    expect(begun()).toBe(1);
    await endOne();
    expect(begun()).toBe(2);
  });

  it("lets more run again when it goes well, and never more than at first", async () => {
    const pace = openPace(2);
    pace.slowDown();
    for (let times = 0; times < 60; times++) await pace(async () => {});
    const { begun } = begin(pace, 5);
    await new Promise(setImmediate);
    expect(begun()).toBe(2);
  });

  it("hands failures on, and lets the next run", async () => {
    const pace = openPace(1);
    await expect(pace(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
    await expect(pace(async () => "yes")).resolves.toBe("yes");
  });
});

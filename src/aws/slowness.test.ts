import { expect, it } from "vitest";
import { watchSlowness } from "./slowness.js";

it("tells once when calls take long, and nothing of those that do not", async () => {
  let told = 0;
  const until = new Promise<string>((resolve) => setTimeout(() => resolve("done"), 50));
  const tell = (): void => {
    told += 1;
  };
  const patient = watchSlowness(tell, 10_000);
  expect(await patient(() => until)).toBe("done");
  expect(told).toBe(0);
  const hasty = watchSlowness(tell, 1);
  const forever = new Promise<string>((resolve) => setTimeout(() => resolve("late"), 50));
  expect(await Promise.all([hasty(() => forever), hasty(() => forever)])).toEqual(["late", "late"]);
  expect(told).toBe(1);
});

import { expect, it } from "vitest";
import { CofferError } from "../errors.js";
import { PartialCommit } from "./partial-commit.js";

it("says what was made, what failed and why, and what was not tried", () => {
  const partial = new PartialCommit("prod", {
    done: [{ name: "A", version: "1", change: "added" }],
    failed: "B",
    rest: [
      { op: "delete", name: "C" },
      { op: "delete", name: "D" },
    ],
    cause: new CofferError("ACCESS_DENIED", "AWS denies it", { hint: "ask for the right" }),
  });
  expect(partial).toMatchObject({
    code: "PARTIAL",
    message: 'done: "prod/A"; failed: "prod/B" (AWS denies it); not tried: "prod/C", "prod/D"',
    hint: "ask for the right; then do again what was not done",
    failed: ["B", "C", "D"],
  });
});

it("repeats nothing of a failure that nobody knows", () => {
  const partial = new PartialCommit("", { done: [], failed: "B", rest: [], cause: new Error("s3cret") });
  expect(`${partial.message}${partial.hint}`).not.toContain("s3cret");
});

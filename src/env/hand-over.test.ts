import { describe, expect, it } from "vitest";
import { Sensitive } from "../core/sensitive.js";
import type { EnvEntry } from "./entry.js";
import { handOver, parseFileRequest } from "./hand-over.js";

const entry = (name: string, value = name.toLowerCase()): EnvEntry => ({ name, value: Sensitive.fromText(value) });
const text = (value: Sensitive): string => Buffer.from(value.reveal()).toString();

/** What each variable holds, and what each file. */
function hand(entries: readonly EnvEntry[], ...requests: string[]): { variables: object; files: (string | null)[][] } {
  const { entries: handed, files } = handOver(entries, requests.map(parseFileRequest), 3);
  return {
    variables: Object.fromEntries(handed.map(({ name, value }) => [name, text(value)])),
    files: files.map(({ path, value }) => [path, text(value)]),
  };
}

describe("parseFileRequest", () => {
  it.each([
    ["A=/x/y", "A", "/x/y"],
    ["A=fd", "A", null],
    ["A=./fd", "A", "./fd"],
    ["A=a=b", "A", "a=b"],
  ])("%s: %s at %j", (typed, name, path) => {
    expect(parseFileRequest(typed)).toEqual({ name, path });
  });

  it.each(["", "A", "=", "A=", "=x"])("refuses %j", (typed) => {
    expect(() => parseFileRequest(typed)).toThrow(expect.objectContaining({ code: "USAGE" }));
  });
});

describe("handOver", () => {
  it("puts the path into the variable, and the value into the file", () => {
    expect(hand([entry("A"), entry("B")], "A=/run/a")).toEqual({
      variables: { A: "/run/a", B: "b" },
      files: [["/run/a", "a"]],
    });
  });

  it("numbers descriptors in the order they are asked for, past those with a path", () => {
    expect(hand([entry("A"), entry("B"), entry("C")], "C=fd", "B=file", "A=fd")).toEqual({
      variables: { A: "/dev/fd/4", B: "file", C: "/dev/fd/3" },
      files: [
        [null, "c"],
        ["file", "b"],
        [null, "a"],
      ],
    });
  });

  it("leaves everything as it is when nothing is asked for", () => {
    expect(hand([entry("A")])).toEqual({ variables: { A: "a" }, files: [] });
  });

  it("names every one that is missing", () => {
    expect(() => hand([entry("A")], "B=fd", "A=fd", "C=x")).toThrow(
      expect.objectContaining({ code: "NOT_FOUND", message: expect.stringMatching(/"B", "C"$/) }),
    );
  });

  it("takes a name once", () => {
    expect(() => hand([entry("A")], "A=fd", "A=x")).toThrow(expect.objectContaining({ code: "USAGE" }));
  });
});

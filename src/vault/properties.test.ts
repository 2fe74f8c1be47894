import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { utf8Length } from "../core/bytes.js";
import { type Context, findContextNameFault } from "../core/context.js";
import { MAX_AUTHOR_BYTES, MAX_COMMENT_BYTES, MAX_MESSAGE_BYTES } from "../core/documents/fields.js";
import { findNameFault, findNamespaceFault, joinPath } from "../core/name.js";
import { Sensitive } from "../core/sensitive.js";
import { isCofferError } from "../errors.js";
import { collect, newStorage, openTestVault, problemsOf, text } from "../testing/vault-scene.js";

const anyText = fc.string({ unit: "binary", maxLength: 40 });
const name = fc
  .oneof(anyText, fc.string({ unit: "grapheme" }), fc.constantFrom("__proto__", "constructor", "!", "(c3)", "a:b"))
  .map((candidate) => candidate.normalize("NFC"))
  .filter((candidate) => findNameFault(candidate) === null);
const namespace = fc
  .array(name, { maxLength: 4 })
  .map((segments) => segments.join("/"))
  .filter((candidate) => findNamespaceFault(candidate) === null);
const textOf = (bytes: number): fc.Arbitrary<string> =>
  fc
    .oneof(anyText, fc.constant("é".repeat(bytes / 2)), fc.constant("x".repeat(bytes)))
    .filter((some) => utf8Length(some) <= bytes);
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 100 }),
  fc.uint8Array({ minLength: 4000, maxLength: 4200, size: "max" }),
);
const context: fc.Arbitrary<Context> = fc
  .array(
    fc.tuple(
      name.filter((key) => findContextNameFault(key) === null),
      anyText,
    ),
    { maxLength: 4 },
  )
  .map((pairs) => Object.fromEntries(pairs));
const expires = fc.date({
  min: new Date("0001-01-01T00:00:00Z"),
  max: new Date("9999-12-31T23:59:59Z"),
  noInvalidDate: true,
});

/** One put with everything that can be said of it. */
const anyPut = fc.record({
  name,
  value: bytes,
  type: fc.constantFrom("text", "binary"),
  comment: fc.option(textOf(MAX_COMMENT_BYTES).filter((some) => some !== "")),
  expires: fc.option(expires),
  context,
});

const isRefused = (code: string) => (error: unknown) => isCofferError(error) && error.code === code;

describe("what is put", () => {
  it("comes back byte for byte with all that was said of it, whatever it is called", async () => {
    await fc.assert(
      fc.asyncProperty(namespace, anyPut, async (place, { name: called, value, context: pairs, ...said }) => {
        const objects = await newStorage();
        const { comment, expires: until, type } = said;
        await openTestVault(objects).commit(place, [
          {
            op: "put",
            name: called,
            value: Sensitive.from(value),
            type,
            context: pairs,
            ...(comment === null ? {} : { comment }),
            ...(until === null ? {} : { expires: until }),
          },
        ]);
        const vault = openTestVault(objects);
        const path = joinPath(place, called);
        const info = {
          namespace: place,
          name: called,
          version: "1",
          ...said,
          context: Object.keys(pairs).sort(byBytes),
        };
        expect(await collect(vault.list({ namespace: place }))).toMatchObject([info]);
        const { namespace: _, name: __, ...told } = info;
        expect(await collect(vault.history(path))).toMatchObject([told]);
        const { secrets } = await vault.readAll(
          { namespace: "", recursive: true },
          { context: { ...pairs, unused: "pair" } },
        );
        const reads = [
          await vault.read(path, { context: pairs }),
          await vault.read(path, { context: pairs, version: "1" }),
          secrets[0],
        ];
        for (const secret of reads) {
          expect(secret).toMatchObject(info);
          expect(Buffer.compare(value, secret?.value.reveal() ?? Buffer.from("none"))).toBe(0);
        }
        expect(await problemsOf(vault)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it("opens under exactly its context: a wrong, missing or further pair is CONTEXT", async () => {
    const vault = openTestVault(await newStorage());
    let count = 0;
    await fc.assert(
      fc.asyncProperty(context, name, anyText, async (pairs, key, value) => {
        fc.pre(findContextNameFault(key) === null && pairs[key] !== value);
        const called = `S${count++}`;
        await vault.commit("prod", [{ op: "put", name: called, value: text("x"), context: pairs }]);
        const keys = Object.keys(pairs);
        const others: Context[] = [Object.fromEntries([...Object.entries(pairs), [key, value]])];
        for (const left of keys) others.push(Object.fromEntries(Object.entries(pairs).filter(([one]) => one !== left)));
        for (const other of others) {
          for (const version of [{}, { version: "1" }])
            await expect(vault.read(`prod/${called}`, { context: other, ...version })).rejects.toSatisfy(
              isRefused("CONTEXT"),
            );
        }
      }),
      { numRuns: 30 },
    );
  });

  it("is told with its message and author in the log, or refused as USAGE before anything is written", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(textOf(MAX_MESSAGE_BYTES), fc.constantFrom("\ud800", "x".repeat(MAX_MESSAGE_BYTES + 1))),
        fc.oneof(textOf(MAX_AUTHOR_BYTES), fc.constantFrom("\udc00", "", "x".repeat(MAX_AUTHOR_BYTES + 1))),
        async (message, author) => {
          const vault = openTestVault(await newStorage(), { author });
          const commit = vault.commit("prod", [{ op: "put", name: "A", value: text("x") }], { message });
          if (isStorable(message, MAX_MESSAGE_BYTES) && author !== "" && isStorable(author, MAX_AUTHOR_BYTES)) {
            await commit;
            expect(await collect(vault.log("prod"))).toMatchObject([
              { message: message === "" ? null : message, author },
            ]);
          } else {
            await expect(commit).rejects.toSatisfy(isRefused("USAGE"));
            expect(await vault.head("prod")).toBeNull();
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each([
    ["a comment that is no text", { comment: "\ud800" }],
    ["a comment of 1,025 bytes", { comment: "x".repeat(1025) }],
    ["a date that is none", { expires: new Date(Number.NaN) }],
    ["a date of the year 10000", { expires: new Date(Date.UTC(10000, 0, 1)) }],
    [
      "a context of seventeen pairs",
      { context: Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`k${n}`, ""])) },
    ],
    ["a context key that is ours", { context: { "Coffer:store": "x" } }],
    ["a stage with a blank", { stage: "a b" }],
    ["an origin's version of no characters", { origin: { version: "" } }],
    ["an origin's version of 256 bytes", { origin: { version: "x".repeat(256) } }],
    ["an origin's date that is none", { origin: { version: "1", time: new Date(Number.NaN) } }],
    ["an origin's author that is no text", { origin: { version: "1", author: "\ud800" } }],
  ])("is refused as USAGE with %s", async (_, said) => {
    const vault = openTestVault(await newStorage());
    const attempt = vault.commit("prod", [{ op: "put", name: "A", value: text("x"), ...said }]);
    await expect(attempt).rejects.toMatchObject({ code: "USAGE" });
    expect(await vault.head("prod")).toBeNull();
  });
});

function isStorable(some: string, limit: number): boolean {
  return Buffer.from(some).toString() === some && utf8Length(some) <= limit;
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

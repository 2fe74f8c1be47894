import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addFurtherKey, addProfile, addToProfile, type Edit, removeProfile, useProfile } from "./edit-configuration.js";
import { parseConfiguration } from "./parse-configuration.js";
import type { Profile } from "./profile.js";

const MINE = `# mine
profile = "a"   # for now

[profiles.a] # the first
store = "folder:/a" # here
# a thought

# about b
[profiles.b]
store = "folder:/b"
`;

const parse = (text: string): ReturnType<typeof parseConfiguration> => parseConfiguration(Buffer.from(text), "file");

/** The text after the edit, which must say what the edit promises. */
function apply(before: string, edit: Edit): string {
  const after = edit.text(before, parse(before));
  expect(parse(after)).toEqual(edit.result(parse(before)));
  return after;
}

describe("a change of the configuration", () => {
  it("adds a profile at the end", () => {
    expect(apply(MINE, addProfile("c.d", { store: 'folder:/"c"', also_wrap: ["key-file:/x"] }))).toBe(
      `${MINE}\n[profiles."c.d"]\nstore = "folder:/\\"c\\""\nalso_wrap = ["key-file:/x"]\n`,
    );
  });

  it("adds a key to those that a profile wraps for, and leaves all else as it is", () => {
    const list = 'also_wrap = [ "key-file:/x", # the safe\n  "passphrase:" ] # both';
    const before = MINE.replace('store = "folder:/b"', `${list}\nstore = "folder:/b"`);
    expect(apply(before, addFurtherKey("b", "age:age1x"))).toBe(
      before.replace(list, 'also_wrap = ["key-file:/x", "passphrase:", "age:age1x"]'),
    );
    const dotted = 'profiles.a.also_wrap = ["key-file:/x"]\n';
    expect(apply(dotted, addFurtherKey("a", "age:age1x"))).toBe(
      'profiles.a.also_wrap = ["key-file:/x", "age:age1x"]\n',
    );
  });

  it("adds to a profile behind what it has", () => {
    expect(apply(MINE, addToProfile("a", { key_id: "key-file:x" }))).toBe(
      MINE.replace('"folder:/a" # here', '"folder:/a" # here\nkey_id = "key-file:x"'),
    );
    expect(apply("[profiles.a]", addToProfile("a", { key_id: "k" }))).toBe('[profiles.a]\nkey_id = "k"');
  });

  it("names the profile in use in the line that is there, or in a new first one", () => {
    expect(apply(MINE, useProfile("b"))).toContain('# mine\nprofile = "b"\n\n[profiles.a] # the first');
    expect(apply("# top\n[profiles.b]\n", useProfile("b"))).toBe('profile = "b"\n\n# top\n[profiles.b]\n');
    expect(apply("\ufeff[profiles.b]\r\n", useProfile("b"))).toBe('\ufeffprofile = "b"\n\n[profiles.b]\r\n');
  });

  it("removes a profile and leaves the rest as it is", () => {
    expect(apply(MINE, removeProfile("b"))).toBe(MINE.slice(0, MINE.indexOf("[profiles.b]")));
    expect(apply(MINE, removeProfile("a"))).toBe(`# mine\n# a thought\n\n${MINE.slice(MINE.indexOf("# about b"))}`);
    expect(apply('profiles.a.store = "x:"\nprofiles.b.store = "y:"\n', removeProfile("a"))).toBe(
      'profiles.b.store = "y:"\n',
    );
  });

  it("is undone by its opposite, byte for byte", () => {
    const text = fc
      .string({ unit: "grapheme", minLength: 1 })
      .filter((each) => !/[\u0000-\u001f\u007f-\u009f]/.test(each));
    const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,20}$/).filter((each) => each !== "a" && each !== "b");
    const url = text.map((each) => `folder:/${each}`);
    const profile: fc.Arbitrary<Profile> = fc.record({
      store: url,
      region: text,
      also_wrap: fc.array(url, { minLength: 1 }),
    });
    fc.assert(
      fc.property(name, profile, (called, added) => {
        const after = apply(MINE, addProfile(called, added));
        expect(parse(after).profiles.get(called)).toEqual(added);
        expect(apply(apply(after, addToProfile(called, { key_id: "k" })), removeProfile(called))).toBe(MINE);
      }),
    );
  });
});

import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeChildFiles } from "./child-files.js";
import { makeNamedFile } from "./named-file.js";
import { openUnlinkedFile, unlinkedFolders } from "./unlinked-file.js";

const BYTES = Uint8Array.from({ length: 256 }, (_, byte) => byte);
let root: string;
const at = (name: string): string => join(root, name);

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "coffer-child-files-"));
});
afterAll(() => rmSync(root, { recursive: true }));

describe("a file with a name", () => {
  it.each([0o022, 0o000, 0o777])("has mode 0600 and exactly the bytes, whatever the umask (%o)", (umask) => {
    const before = process.umask(umask);
    const file = makeNamedFile(at("a"), BYTES);
    process.umask(before);
    expect(statSync(at("a")).mode & 0o7777).toBe(0o600);
    expect(readFileSync(at("a"))).toEqual(Buffer.from(BYTES));
    expect([file.remove(), existsSync(at("a"))]).toEqual([true, false]);
  });

  it.each<[what: string, make: (path: string) => void]>([
    ["a file", (path) => writeFileSync(path, "theirs")],
    ["a folder", (path) => mkdirSync(path)],
    ["a link to a file", (path) => symlinkSync(at("target"), path)],
    ["a link that leads nowhere", (path) => symlinkSync(at("nowhere"), path)],
  ])("is not made where there is %s", (what, make) => {
    writeFileSync(at("target"), "theirs");
    const path = at(what);
    make(path);
    expect(() => makeNamedFile(path, BYTES)).toThrow(expect.objectContaining({ code: "CONFLICT" }));
    expect(readFileSync(at("target"), "utf8")).toBe("theirs");
    expect([existsSync(at("nowhere")), readdirSync(root).includes(what)]).toEqual([false, true]);
  });

  it.each(["no/such/folder", "target/below"])("is FAILED where none can be made: %s", (path) => {
    writeFileSync(at("target"), "");
    expect(() => makeNamedFile(at(path), BYTES)).toThrow(expect.objectContaining({ code: "FAILED" }));
  });

  it("is removed even if its content has changed, but not what was put in its place", () => {
    const [changed, replaced] = [makeNamedFile(at("changed"), BYTES), makeNamedFile(at("replaced"), BYTES)];
    writeFileSync(at("changed"), "other");
    writeFileSync(at("other"), "theirs");
    renameSync(at("other"), at("replaced"));
    expect([changed.remove(), replaced.remove()]).toEqual([true, true]);
    expect([existsSync(at("changed")), readFileSync(at("replaced"), "utf8")]).toEqual([false, "theirs"]);
  });

  it("may be gone already", () => {
    const file = makeNamedFile(at("gone"), BYTES);
    rmSync(at("gone"));
    expect(file.remove()).toBe(true);
  });
});

describe("a file with a name that is replaced", () => {
  it("is another one at one instant, its owner's alone, and goes with the first", () => {
    const file = makeNamedFile(at("swap"), BYTES);
    const before = openSync(at("swap"), "r");
    expect(file.replace(Buffer.from("new"))).toBe(true);
    expect([readFileSync(at("swap"), "utf8"), statSync(at("swap")).mode & 0o7777]).toEqual(["new", 0o600]);
    // Who had the old one open reads it to its end.
    expect(readFileSync(before)).toEqual(Buffer.from(BYTES));
    closeSync(before);
    expect(file.replace(Buffer.from("newer"))).toBe(true);
    expect(readdirSync(root).filter((name) => name.startsWith("swap"))).toEqual(["swap"]);
    expect([file.remove(), existsSync(at("swap"))]).toEqual([true, false]);
  });

  it("is left as it is once it is not ours any more, or gone", () => {
    const file = makeNamedFile(at("other"), BYTES);
    writeFileSync(at("theirs"), "theirs");
    renameSync(at("theirs"), at("other"));
    expect(file.replace(Buffer.from("new"))).toBe(false);
    expect(readFileSync(at("other"), "utf8")).toBe("theirs");
    rmSync(at("other"));
    expect([file.replace(Buffer.from("new")), existsSync(at("other"))]).toEqual([false, false]);
    file.remove();
  });

  it("stays what it was where the new one cannot be made", () => {
    const file = makeNamedFile(at("stays"), BYTES);
    mkdirSync(at(`stays.${process.pid}.new`));
    expect(() => file.replace(Buffer.from("new"))).toThrow(expect.objectContaining({ code: "CONFLICT" }));
    expect(readFileSync(at("stays"))).toEqual(Buffer.from(BYTES));
    expect(file.remove()).toBe(true);
  });
});

describe("a file without a name", () => {
  it("holds exactly the bytes, from the beginning, for its owner, and cannot be written to", () => {
    const folder = at("memory");
    mkdirSync(folder);
    const descriptor = openUnlinkedFile(BYTES, [folder]);
    expect(readdirSync(folder)).toEqual([]);
    expect(readFileSync(descriptor)).toEqual(Buffer.from(BYTES));
    expect(() => writeSync(descriptor, "x")).toThrow("EBADF");
    closeSync(descriptor);
  });

  it("is made in the first folder that takes it", () => {
    const descriptor = openUnlinkedFile(BYTES, [at("missing"), "/dev/full", root]);
    expect(readFileSync(descriptor)).toHaveLength(256);
    closeSync(descriptor);
  });

  it("is FAILED when none does", () => {
    expect(() => openUnlinkedFile(BYTES, [at("missing")])).toThrow(expect.objectContaining({ code: "FAILED" }));
  });

  it.each([
    ["/run/user/1", "linux", ["/run/user/1", "/dev/shm", tmpdir()]],
    [undefined, "linux", ["/dev/shm", tmpdir()]],
    ["relative", "linux", ["/dev/shm", tmpdir()]],
    ["", "darwin", [tmpdir()]],
  ] as const)("with XDG_RUNTIME_DIR=%s on %s goes to %j", (runtime, platform, folders) => {
    expect(unlinkedFolders(runtime, platform)).toEqual(folders);
  });
});

describe("makeChildFiles", () => {
  it("leaves nothing when one of them cannot be made", () => {
    writeFileSync(at("there"), "theirs");
    const open = (): number => readdirSync(process.platform === "linux" ? "/proc/self/fd" : "/dev/fd").length;
    const before = open();
    const files = [at("first"), null, at("there")].map((path) => ({ path, bytes: BYTES }));
    expect(() => makeChildFiles(files)).toThrow(expect.objectContaining({ code: "CONFLICT" }));
    expect([existsSync(at("first")), readFileSync(at("there"), "utf8"), open()]).toEqual([false, "theirs", before]);
  });
});

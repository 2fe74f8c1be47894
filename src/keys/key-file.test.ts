import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Sensitive } from "../core/sensitive.js";
import { keyProviderContract } from "../testing/key-provider-contract.js";
import { createKeyFile, openKeyFile, openMasterKey, parseKeyFile } from "./key-file.js";

const KNOWN_ID = "key-file:aBwoGN8E_SqckKAmJPL9MQ";
const LINE = "coffer-master-key-1 BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc\n";

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "coffer-key-"));
  path = join(folder, "coffer.key");
});

afterEach(() => rmSync(folder, { recursive: true }));

describe("a key file", () => {
  it("is made and then opened, and names its master key", async () => {
    expect(await createKeyFile(path)).toBe(true);
    const keys = await openKeyFile(path);
    expect(keys.url).toBe(`key-file:${path}`);
    expect(keys.id).toMatch(/^key-file:[A-Za-z0-9_-]{22}$/);
    expect((await openKeyFile(path)).id).toBe(keys.id);
  });

  it("is one line, for its user alone", async () => {
    await createKeyFile(path);
    expect(readFileSync(path, "utf8")).toMatch(/^coffer-master-key-1 [A-Za-z0-9_-]{43}\n$/);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("can be made where the umask takes its user's own rights away, and given none to others where it takes nothing", async () => {
    const before = process.umask(0);
    try {
      await createKeyFile(path);
      process.umask(0o777);
      await createKeyFile(`${path}2`);
    } finally {
      process.umask(before);
    }
    expect([path, `${path}2`].map((file) => statSync(file).mode & 0o777)).toEqual([0o600, 0o600]);
  });

  it("is made with the folders above it, which are for its user alone", async () => {
    const deep = join(folder, "a", "b", "coffer.key");
    expect(await createKeyFile(deep)).toBe(true);
    expect(statSync(join(folder, "a")).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, "a", "b")).mode & 0o777).toBe(0o700);
  });

  it("is never replaced", async () => {
    await createKeyFile(path);
    const before = readFileSync(path, "utf8");
    expect(await createKeyFile(path)).toBe(false);
    expect(readFileSync(path, "utf8")).toBe(before);
  });

  it("is never made over what is no key file", async () => {
    writeFileSync(path, "my notes");
    expect(await createKeyFile(path)).toBe(false);
    expect(readFileSync(path, "utf8")).toBe("my notes");
  });

  it("is one for all who make it at the same moment", async () => {
    const made = await Promise.all(Array.from({ length: 10 }, () => createKeyFile(path)));
    expect(made.filter(Boolean)).toHaveLength(1);
    expect(parseKeyFile(readFileSync(path))).not.toBeNull();
  });

  it("leaves nothing beside it, made or refused", async () => {
    await Promise.all(Array.from({ length: 5 }, () => createKeyFile(path)));
    expect(readdirSync(folder)).toEqual(["coffer.key"]);
  });

  it("is another each time", async () => {
    await createKeyFile(path);
    await createKeyFile(`${path}2`);
    expect(readFileSync(path, "utf8")).not.toBe(readFileSync(`${path}2`, "utf8"));
    expect((await openKeyFile(path)).id).not.toBe((await openKeyFile(`${path}2`)).id);
  });

  it("may be reached through a symbolic link", async () => {
    await createKeyFile(path);
    symlinkSync(path, join(folder, "link"));
    expect((await openKeyFile(join(folder, "link"))).id).toBe((await openKeyFile(path)).id);
  });

  it.each([0o640, 0o604, 0o660, 0o644, 0o620, 0o601, 0o777])(
    "is refused with mode %o, and the way out is named",
    async (mode) => {
      await createKeyFile(path);
      chmodSync(path, mode);
      await expect(openKeyFile(path)).rejects.toMatchObject({
        code: "ACCESS_DENIED",
        message: expect.stringContaining(mode.toString(8)),
        hint: `chmod 600 ${path}`,
      });
    },
  );

  it("has in the way out a name that a shell takes as it is", async () => {
    const odd = join(folder, "it's $HOME.key");
    await createKeyFile(odd);
    chmodSync(odd, 0o644);
    const refusal = await openKeyFile(odd).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ hint: expect.stringMatching(/^chmod 600 /) });
    execFileSync("sh", ["-c", (refusal as { hint: string }).hint]);
    expect(statSync(odd).mode & 0o777).toBe(0o600);
  });

  describe("that systemd hands to a service", () => {
    afterEach(() => vi.unstubAllEnvs());

    it("is opened with mode 440: the group's part is the mask of an access list", async () => {
      await createKeyFile(path);
      chmodSync(path, 0o440);
      vi.stubEnv("CREDENTIALS_DIRECTORY", folder);
      await expect(openKeyFile(path)).resolves.toMatchObject({ url: `key-file:${path}` });
    });

    it.each([0o444, 0o460, 0o644])("is refused with mode %o all the same", async (mode) => {
      await createKeyFile(path);
      chmodSync(path, mode);
      vi.stubEnv("CREDENTIALS_DIRECTORY", folder);
      await expect(openKeyFile(path)).rejects.toMatchObject({ code: "ACCESS_DENIED" });
    });

    it.each(["", "/", "below"])(
      "is refused with mode 440 where the folder of credentials is another: %j",
      async (other) => {
        await createKeyFile(path);
        chmodSync(path, 0o440);
        vi.stubEnv("CREDENTIALS_DIRECTORY", other === "below" ? join(folder, "..") : other);
        await expect(openKeyFile(path)).rejects.toMatchObject({ code: "ACCESS_DENIED" });
      },
    );
  });

  it.each([0o600, 0o400])("is opened with mode %o", async (mode) => {
    await createKeyFile(path);
    chmodSync(path, mode);
    expect((await openKeyFile(path)).id).toMatch(/^key-file:/);
  });

  it("is NOT_FOUND where it is missing, or a folder of its path is none", async () => {
    await expect(openKeyFile(path)).rejects.toMatchObject({ code: "NOT_FOUND", hint: expect.any(String) });
    writeFileSync(join(folder, "file"), "");
    await expect(openKeyFile(join(folder, "file", "key"))).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(existsSync(path)).toBe(false);
  });

  it("is INVALID where there is a folder in its place", async () => {
    mkdirSync(path, { mode: 0o755 });
    await expect(openKeyFile(path)).rejects.toMatchObject({ code: "INVALID" });
  });

  it.each([
    ["nothing", ""],
    ["another file", "my notes\n"],
    ["no line feed", LINE.trimEnd()],
    ["a carriage return", LINE.replace("\n", "\r\n")],
    ["two lines", LINE + LINE],
    ["a space more", LINE.replace(" ", "  ")],
    ["another version", LINE.replace("-1 ", "-2 ")],
    ["a digit less", LINE.replace("Bwc\n", "Bw\n")],
    ["a digit more", LINE.replace("\n", "A\n")],
    ["padding", LINE.replace("\n", "=\n")],
    ["the alphabet of another base64", LINE.replace("BwcH", "+wcH")],
    ["unused bits that are not zero", LINE.replace("Bwc\n", "Bwd\n")],
    ["a byte order mark", `\ufeff${LINE}`],
    ["a lot", LINE + "x".repeat(10_000)],
  ])("is INVALID with %s in it, and shows nothing of it", async (_, text) => {
    writeFileSync(path, text, { mode: 0o600 });
    const refusal = await openKeyFile(path).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: "INVALID", message: expect.not.stringContaining("BwcH") });
    expect(parseKeyFile(readFileSync(path))).toBeNull();
  });

  it("holds the key that its line says", () => {
    expect(Buffer.from(parseKeyFile(Buffer.from(LINE))?.reveal() ?? []).toString("hex")).toBe("07".repeat(32));
  });

  it("gives its master key the id that the format says", () => {
    // printf 'coffer master key 1\0' followed by 32 bytes of 07, through sha256sum; the first 16 bytes.
    expect(openMasterKey(Sensitive.from(new Uint8Array(32).fill(7)), "key-file:x").id).toBe(KNOWN_ID);
  });
});

keyProviderContract(
  "a key file",
  async () => {
    const home = mkdtempSync(join(tmpdir(), "coffer-keys-"));
    await createKeyFile(join(home, "mine"));
    await createKeyFile(join(home, "theirs"));
    return {
      keys: await openKeyFile(join(home, "mine")),
      again: () => openKeyFile(join(home, "mine")),
      other: () => openKeyFile(join(home, "theirs")),
      dispose: async () => rmSync(home, { recursive: true }),
    };
  },
  { describe, it },
);

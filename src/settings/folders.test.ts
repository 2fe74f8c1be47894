import { describe, expect, it } from "vitest";
import { findFolders } from "./folders.js";

describe("findFolders", () => {
  it("keeps to the home's own folders on Linux", () => {
    expect(findFolders({ platform: "linux", env: { HOME: "/home/ann" } })).toEqual({
      home: "/home/ann",
      vault: "/home/ann/.local/share/coffer/vault",
      masterKey: "/home/ann/.config/coffer/master.key",
      configuration: "/home/ann/.config/coffer/config.toml",
      heads: "/home/ann/.local/state/coffer/heads",
      signers: "/home/ann/.local/state/coffer/signers",
      tried: "/home/ann/.local/state/coffer/tried",
      trust: "/home/ann/.local/state/coffer/trust",
    });
  });

  it("follows XDG's variables where they are absolute, and ignores them where not", () => {
    const env = { HOME: "/h", XDG_DATA_HOME: "/data", XDG_CONFIG_HOME: "config", XDG_STATE_HOME: "" };
    expect(findFolders({ platform: "linux", env })).toMatchObject({
      vault: "/data/coffer/vault",
      masterKey: "/h/.config/coffer/master.key",
      heads: "/h/.local/state/coffer/heads",
    });
  });

  it.each([{ HOME: "" }, { HOME: "relative" }, {}])("finds nothing without a home: %j", (env) => {
    expect(findFolders({ platform: "linux", env })).toEqual({
      home: null,
      vault: null,
      masterKey: null,
      configuration: null,
      heads: null,
      signers: null,
      tried: null,
      trust: null,
    });
  });

  it("keeps to the Library on macOS", () => {
    expect(findFolders({ platform: "darwin", env: { HOME: "/Users/ann", XDG_DATA_HOME: "/data" } })).toMatchObject({
      vault: "/Users/ann/Library/Application Support/coffer/vault",
      masterKey: "/Users/ann/Library/Application Support/coffer/master.key",
    });
  });

  it("tells what roams from what does not on Windows", () => {
    const env = { USERPROFILE: "C:\\Users\\ann", APPDATA: "D:\\Roaming" };
    expect(findFolders({ platform: "win32", env })).toEqual({
      home: "C:\\Users\\ann",
      vault: "C:\\Users\\ann\\AppData\\Local\\coffer\\vault",
      masterKey: "D:\\Roaming\\coffer\\master.key",
      configuration: "D:\\Roaming\\coffer\\config.toml",
      heads: "C:\\Users\\ann\\AppData\\Local\\coffer\\heads",
      signers: "C:\\Users\\ann\\AppData\\Local\\coffer\\signers",
      tried: "C:\\Users\\ann\\AppData\\Local\\coffer\\tried",
      trust: "C:\\Users\\ann\\AppData\\Local\\coffer\\trust",
    });
  });
});

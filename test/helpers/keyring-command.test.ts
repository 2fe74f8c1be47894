import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findPython } from "../python.js";
import { GuardedServer } from "./guarded-server.js";
import { type LinkDesk, openLinkDesk } from "./link-desk.js";

const PIP = {
  tests: "pip with the keyring helper",
  statement: "import pip; assert tuple(map(int, pip.__version__.split('.')[:2])) >= (23, 1)",
  requirement: "pip==23.2.1",
  folder: "pip-venv",
  variable: "COFFER_TEST_PIP_PYTHON",
} as const;
const python = findPython(PIP);

let desk: LinkDesk;

beforeAll(async () => {
  desk = await openLinkDesk("keyring");
});
afterAll(() => desk.clear());

const keyring = (args: readonly string[], stdin?: string) =>
  desk.run("keyring", args, stdin === undefined ? {} : { stdin });

describe("the keyring command", () => {
  it("keeps what is piped in but its last line end, and gives it back", async () => {
    expect(await keyring(["set", "svc", "ana"], "canary one\n")).toMatchObject({ code: 0, stdout: "", stderr: "" });
    expect(await keyring(["get", "svc", "ana"])).toMatchObject({ code: 0, stdout: "canary one\n", stderr: "" });
    await keyring(["set", "svc", "crlf"], "canary two\r\n");
    expect((await keyring(["get", "svc", "crlf"])).stdout).toBe("canary two\n");
  });

  it("asks at a terminal, and shows nothing", async () => {
    const { code, stdout } = await desk.terminal('"$HOME/bin/keyring" set svc typed', [
      ["typed for svc: ", "canary-t\n"],
    ]);
    expect(code).toBe(0);
    expect(stdout).not.toContain("canary");
    expect((await keyring(["get", "svc", "typed"])).stdout).toBe("canary-t\n");
  });

  it("is exit 1 with nothing on stdout for what is not there", async () => {
    expect(await keyring(["get", "svc", "nobody"])).toMatchObject({ code: 1, stdout: "", stderr: "" });
    expect(await keyring(["del", "svc", "nobody"])).toMatchObject({ code: 1, stdout: "" });
  });

  it("takes what stands behind -- for names, whatever it looks like", async () => {
    await keyring(["set", "--", "--mode", "--"], "canary");
    expect((await keyring(["get", "--output", "json", "--", "--mode", "--"])).stdout).toBe('{"password":"canary"}\n');
  });

  it("deletes", async () => {
    await keyring(["set", "gone", "ana"], "x");
    expect(await keyring(["del", "gone", "ana"])).toMatchObject({ code: 0 });
    expect(await keyring(["get", "gone", "ana"])).toMatchObject({ code: 1, stdout: "" });
  });

  it("names the user too where it is asked to", async () => {
    await keyring(["set", "pair", "ana"], "canary");
    const answers = { "": "ana\ncanary\n", "--output=json": '{"username":"ana","password":"canary"}\n' };
    for (const [option, answer] of Object.entries(answers)) {
      const more = option === "" ? [] : [option];
      expect((await keyring(["get", "--mode", "creds", ...more, "pair"])).stdout).toBe(answer);
    }
    expect((await keyring(["--output", "json", "get", "pair", "ana"])).stdout).toBe('{"password":"canary"}\n');
  });

  it.each([[[]], [["get"]], [["get", "svc"]], [["frobnicate", "a", "b"]], [["get", "--mode=x", "a", "b"]]])(
    "%j is exit 2",
    async (args) => {
      const { code, stdout, stderr } = await keyring(args);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toMatch(/^coffer: error: /);
    },
  );
});

describe.skipIf(python === null)("pip", () => {
  it("installs from an index that asks for a password", async () => {
    const wheel = `import zipfile
with zipfile.ZipFile("index/guarded/guarded-1.0-py3-none-any.whl", "w") as z:
    z.writestr("guarded.py", "")
    z.writestr("guarded-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: guarded\\nVersion: 1.0\\n")
    z.writestr("guarded-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nGenerator: x\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    z.writestr("guarded-1.0.dist-info/RECORD", "")
open("index/guarded/index.html", "w").write('<a href="guarded-1.0-py3-none-any.whl">guarded-1.0-py3-none-any.whl</a>')
`;
    mkdirSync(join(desk.home, "index/guarded"), { recursive: true });
    expect(await desk.run(python ?? "", ["-c", wheel])).toMatchObject({ code: 0 });
    const server = new GuardedServer(join(desk.home, "index"), () => "ana:canary-index");
    await server.listen();
    try {
      await keyring(["set", `http://${server.host}/`, "ana"], "canary-index");
      const index = ["--index-url", `http://ana@${server.host}/`];
      const { code, stdout, stderr } = await desk.run(python ?? "", [
        ...["-m", "pip", "install", "--no-cache-dir", "--disable-pip-version-check", "--no-input"],
        ...["--keyring-provider", "subprocess", "--target", "installed", ...index, "guarded"],
      ]);
      expect(`${stdout}${stderr}`).not.toContain("canary");
      expect(code).toBe(0);
      expect(readdirSync(join(desk.home, "installed"))).toContain("guarded.py");
    } finally {
      server.close();
    }
  });
});

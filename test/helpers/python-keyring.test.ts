import { cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { COFFER, type Result } from "../conversations/desk.js";
import { findPython } from "../python.js";
import { LinkDesk } from "./link-desk.js";

const BACKEND = fileURLToPath(new URL("../../python/", import.meta.url));
const python = findPython({
  tests: "the backend for Python's keyring",
  statement:
    "import keyring.credentials, setuptools; from importlib.metadata import version; assert version('keyring') >= '23'",
  requirement: "keyring==25.7.0 setuptools==80.9.0 wheel==0.45.1",
  folder: "keyring-venv",
  variable: "COFFER_TEST_KEYRING_PYTHON",
});

describe.skipIf(python === null)("coffer_keyring", () => {
  const desk = new LinkDesk();

  beforeAll(async () => {
    await desk.must(["init"]);
    mkdirSync(join(desk.home, "bin"));
    symlinkSync(COFFER, join(desk.home, "bin/coffer"));
  });
  afterAll(() => desk.clear());

  const run = (script: string, env: Readonly<Record<string, string>> = {}): Promise<Result> =>
    desk.run(python ?? "", ["-c", script], {
      env: {
        PYTHONPATH: BACKEND,
        PYTHONDONTWRITEBYTECODE: "1",
        PYTHON_KEYRING_BACKEND: "coffer_keyring.CofferKeyring",
        ...env,
      },
    });

  it("is where keyring itself keeps any password, for any service and user, and gives it back to the byte", async () => {
    const script = `
import keyring
texts = ["", "plain", "--mode", "--", "-x", "é😀 'q' \\"d\\" $x", "a/b/../c", "line\\nline\\r\\n", "x" * 400]
passwords = ["", "\\n", "ends\\r", "ends\\n", "ends\\r\\n", "  é😀\\t", "p" * 5000]
pairs = [(one, texts[-1 - at]) for at, one in enumerate(texts)]
for at, pair in enumerate(pairs): keyring.set_password(*pair, passwords[at % len(passwords)])
for at, pair in enumerate(pairs): assert keyring.get_password(*pair) == passwords[at % len(passwords)], pair
assert keyring.get_password("plain", "nobody") is None
`;
    expect(await run(script)).toMatchObject({ code: 0, stderr: "" });
  });

  it("names the user of a credential, and deletes", async () => {
    const script = `
import keyring, keyring.errors
keyring.set_password("svc", "ana", "canary")
found = keyring.get_credential("svc", None)
assert (found.username, found.password) == ("ana", "canary")
assert keyring.get_credential("svc", "ana").password == "canary"
assert keyring.get_credential("svc", "ben") is None
keyring.delete_password("svc", "ana")
assert keyring.get_password("svc", "ana") is None
try: keyring.delete_password("svc", "ana")
except keyring.errors.PasswordDeleteError as error: assert "coffer: error: " in str(error)
else: raise SystemExit("deleted what is not there")
`;
    expect(await run(script)).toMatchObject({ code: 0, stderr: "" });
  });

  it("is S3Keyring for the program of s3keyring's README", async () => {
    const script = `
from coffer_keyring import S3Keyring
kr = S3Keyring()
kr.set_password('service', 'username', '123456')
assert '123456' == kr.get_password('service', 'username')
kr.delete_password('service', 'username')
assert kr.get_password('service', 'username') is None
`;
    expect(await run(script)).toMatchObject({ code: 0, stderr: "" });
  });

  it("raises keyring's own errors where Coffer fails, and never says the password", async () => {
    const script = `
import keyring, keyring.errors as errors, traceback
def fails(error, act, *args):
    try: act(*args)
    except error: text = traceback.format_exc()
    else: raise SystemExit(f"{act} did not fail")
    assert "canary" not in text, text
    return text
for args in [("s\\0", "u", "canary"), ("s", "\\ud800", "canary"), ("s", "u", "canary\\udfff")]:
    fails(errors.PasswordSetError, keyring.set_password, *args)
import os
keyring.set_password("s", "u", "canary")
os.environ["COFFER_KEY"] = "key-file:/nowhere/key"
fails(errors.KeyringError, keyring.get_password, "s", "u")
fails(errors.PasswordSetError, keyring.set_password, "s", "u", "canary")
assert "coffer: error: " in fails(errors.PasswordDeleteError, keyring.delete_password, "s", "u")
os.environ["PATH"] = "/nowhere"
assert "no command" in fails(errors.PasswordSetError, keyring.set_password, "s", "u", "canary")
`;
    expect(await run(script)).toMatchObject({ code: 0, stderr: "" });
  });

  it("hands the password over through stdin alone", async () => {
    desk.file("spy", '#!/bin/sh\nprintf "%s\\n" "$@" > "$HOME/argv"; env > "$HOME/seen"; cat > "$HOME/stdin"\n', 0o700);
    const env = { KEYRING_PROPERTY_COMMAND: join(desk.home, "spy") };
    expect(await run('import keyring; keyring.set_password("s", "u", "canary")', env)).toMatchObject({ code: 0 });
    const seen = await desk.run("grep", ["-rl", "canary", "argv", "seen", "stdin"]);
    expect(seen.stdout).toBe("stdin\n");
  });

  it("is found by keyring where it is installed, and is not where there is no coffer", async () => {
    const source = join(desk.home, "source");
    for (const file of ["coffer_keyring.py", "pyproject.toml"]) cpSync(join(BACKEND, file), join(source, file));
    const site = join(desk.home, "site");
    const install = ["-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation", "--target", site, source];
    expect(await desk.run(python ?? "", install)).toMatchObject({ code: 0 });
    writeFileSync(join(desk.home, "list.py"), LIST);
    const list = (path: string) =>
      desk.run(python ?? "", ["list.py"], { env: { PYTHONPATH: site, PATH: path } }).then(({ stdout }) => stdout);
    const { PATH = "" } = desk.env();
    expect(await list(PATH)).toContain("coffer_keyring.CofferKeyring\n");
    expect(await list("/usr/bin:/bin")).not.toContain("coffer");
  });
});

const LIST = `
import keyring.backend
for each in keyring.backend.get_all_keyring(): print(f"{type(each).__module__}.{type(each).__name__}")
`;

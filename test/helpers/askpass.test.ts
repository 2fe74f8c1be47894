import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findWanted } from "../../src/keyring/helpers/askpass.js";
import { isThere } from "../formats/run.js";
import { type LinkDesk, openLinkDesk } from "./link-desk.js";

const ssh = isThere("sh", ["-c", "command -v ssh-add ssh-agent setsid"], "the helper for ssh", { needed: false });

describe("a prompt", () => {
  it.each([
    ["Username for 'https://git.example': ", "https://git.example", null, "username"],
    ["Password for 'https://git.example': ", "https://git.example", null, "password"],
    ["Password for 'https://ana%40x@git.example/team/': ", "https://git.example/team", "ana@x", "password"],
    ["Enter passphrase for key '/home/ana/.ssh/id_ed25519': ", "ssh-key", "/home/ana/.ssh/id_ed25519", "password"],
    ["Enter passphrase for /home/ana/.ssh/id_rsa: ", "ssh-key", "/home/ana/.ssh/id_rsa", "password"],
    ["ana@host.example's password: ", "ssh://host.example", "ana", "password"],
    ["(ana@host.example) ana@host.example's password: ", "ssh://host.example", "ana", "password"],
    ["[sudo] password for ana: ", "sudo", "ana", "password"],
    ["[sudo] password for ana:", "sudo", "ana", "password"],
  ])("%j is known", (prompt, service, username, what) => {
    expect(findWanted(prompt)).toEqual({ service, username, what });
  });

  it.each([
    "Are you sure you want to continue connecting (yes/no/[fingerprint])? ",
    "The authenticity of host 'x' can't be established. ana@h's password: ",
    "",
    "Password: ",
  ])("%j is not answered", (prompt) => {
    expect(findWanted(prompt)).toBeNull();
  });
});

describe("coffer-askpass", () => {
  let desk: LinkDesk;

  beforeAll(async () => {
    desk = await openLinkDesk("askpass", "keyring");
  });
  afterAll(() => desk.clear());

  it("prints what is asked for, and nothing where there is nothing", async () => {
    await desk.run("keyring", ["set", "sudo", "ana"], { stdin: "canary" });
    const ask = (prompt: string) => desk.run("coffer-askpass", [prompt]);
    expect(await ask("[sudo] password for ana: ")).toMatchObject({ code: 0, stdout: "canary\n" });
    expect(await ask("[sudo] password for ben: ")).toMatchObject({ code: 1, stdout: "", stderr: "" });
    expect(await ask("Password: ")).toMatchObject({ code: 2, stdout: "" });
  });

  it.skipIf(!ssh)("unlocks a key for ssh-add", async () => {
    const key = join(desk.home, "id_ed25519");
    await desk.run("keyring", ["set", "ssh-key", key], { stdin: "canary-phrase" });
    const script = `ssh-keygen -q -t ed25519 -N canary-phrase -f "$HOME/id_ed25519"
      eval "$(ssh-agent -s)" > /dev/null
      setsid -w ssh-add "$HOME/id_ed25519" < /dev/null; code=$?
      ssh-add -L; kill "$SSH_AGENT_PID"; exit $code`;
    const env = { SSH_ASKPASS: join(desk.home, "bin/coffer-askpass"), SSH_ASKPASS_REQUIRE: "force", DISPLAY: ":0" };
    const { code, stdout } = await desk.run("bash", ["-c", script], { env });
    expect(stdout).toMatch(/^ssh-ed25519 /m);
    expect(code).toBe(0);
  });
});

import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { GuardedServer } from "./guarded-server.js";
import { type LinkDesk, openLinkDesk } from "./link-desk.js";

describe("git-credential-coffer", () => {
  let desk: LinkDesk;
  let server: GuardedServer;
  let credential = "ana:canary-right";

  const git = (args: readonly string[], env = {}) =>
    desk.run("git", args, { env: { GIT_TERMINAL_PROMPT: "0", GIT_CONFIG_NOSYSTEM: "1", ...env } });
  const ask = (operation: string, ...lines: readonly string[]) =>
    desk.run("git-credential-coffer", [operation], { stdin: lines.map((line) => `${line}\n`).join("") });

  beforeAll(async () => {
    desk = await openLinkDesk("git-credential");
    const made = await desk.run("bash", [
      "-ec",
      `git init -q work; cd work; git -c user.name=a -c user.email=a@b commit -q --allow-empty -m first
       cd ..; git clone -q --bare work srv/repo.git; git -C srv/repo.git update-server-info`,
    ]);
    expect(made).toMatchObject({ code: 0 });
    server = new GuardedServer(join(desk.home, "srv"), () => credential);
    await server.listen();
    await git(["config", "--global", "credential.helper", "coffer"]);
  });
  beforeEach(() => {
    server.refused = 0;
  });
  afterAll(() => {
    server.close();
    desk.clear();
  });

  it("lets git clone with what was stored, and remembers what git was given", async () => {
    const url = `http://${server.host}/repo.git`;
    expect(await git(["clone", "-q", url, "none"])).toMatchObject({ code: 128 });

    const typed = await git(["clone", "-q", url, "typed"], { GIT_ASKPASS: desk.file("answer", ANSWER, 0o700) });
    expect(typed).toMatchObject({ code: 0 });
    server.refused = 0;
    expect(await git(["clone", "-q", url, "again"])).toMatchObject({ code: 0 });
    expect(server.refused).toBe(1); // git first asks without.
  });

  it("forgets what did not work, and nothing else", async () => {
    credential = "ana:canary-other";
    const url = `http://${server.host}/repo.git`;
    expect(await git(["clone", "-q", url, "wrong"])).toMatchObject({ code: 128 });
    expect((await ask("get", "protocol=http", `host=${server.host}`)).stdout).toBe("");

    await ask("store", "protocol=http", `host=${server.host}`, "username=ana", "password=canary-new");
    await ask("erase", "protocol=http", `host=${server.host}`, "username=ana", "password=canary-other");
    expect((await ask("get", "protocol=http", `host=${server.host}`)).stdout).toBe(
      "username=ana\npassword=canary-new\n",
    );
  });

  it("keeps the users of a host apart, and its paths", async () => {
    const place = ["protocol=https", "host=git.example"];
    await ask("store", ...place, "username=ana", "password=canary-1");
    await ask("store", ...place, "username=ben", "password=canary-2");
    await ask("store", ...place, "path=team/repo.git", "username=cleo", "password=canary-3");
    const passwordOf = async (...more: readonly string[]) =>
      /^password=(.*)$/m.exec((await ask("get", ...place, ...more)).stdout)?.[1];
    expect(await passwordOf("username=ben")).toBe("canary-2");
    expect(await passwordOf()).toBe("canary-1");
    expect(await passwordOf("path=team/repo.git")).toBe("canary-3");
    expect(await passwordOf("path=other.git")).toBeUndefined();
    expect(await passwordOf("username=dan")).toBeUndefined();
  });

  it("takes what git may say besides, and operations it does not know, for nothing to do", async () => {
    const said = ["capability[]=authtype", "wwwauth[]=Basic realm=x", "quit=1", "protocol=https", "host=none.example"];
    expect(await ask("get", ...said)).toMatchObject({ code: 0, stdout: "", stderr: "" });
    expect(await ask("capability")).toMatchObject({ code: 0, stdout: "", stderr: "" });
    expect(await ask("get", "host=")).toMatchObject({ code: 0, stdout: "", stderr: "" });
    expect(await ask("store", "protocol=https", "host=none.example", "username=u")).toMatchObject({
      code: 0,
      stdout: "",
    });
  });

  it("answers nothing that would begin another line", async () => {
    await desk.must(["put", "keyring/https:%2f%2fevil.example/ana", "canary\nhost=other.example"]);
    const { code, stdout, stderr } = await ask("get", "protocol=https", "host=evil.example");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("line end");
    expect(stderr).not.toContain("canary");
  });

  it.each([["no equals sign"], ["protocol=https", "host=a\rb"]])(
    "refuses %j, and repeats nothing of it",
    async (...lines) => {
      const { code, stdout, stderr } = await ask("get", ...lines, "password=canary");
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).not.toContain("canary");
    },
  );
});

const ANSWER = `#!/bin/sh
case "$1" in Username*) echo ana ;; *) echo canary-right ;; esac
`;

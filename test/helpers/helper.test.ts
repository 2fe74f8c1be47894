import { existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isThere } from "../formats/run.js";
import { GuardedServer } from "./guarded-server.js";
import { type LinkDesk, openLinkDesk } from "./link-desk.js";

const CARGO_OTHER = "[build]\njobs = 1\n";

let desk: LinkDesk;

beforeAll(async () => {
  desk = await openLinkDesk();
  // What people call `coffer` stands on the PATH.
  mkdirSync(join(desk.home, "bin"), { recursive: true });
  symlinkSync(join(process.cwd(), "dist/cli/coffer.cjs"), join(desk.home, "bin/coffer"));
});
afterAll(() => desk.clear());

const helper = (...args: readonly string[]) => desk.run("coffer", ["helper", ...args, "--dir", join(desk.home, "bin")]);
const at = (...parts: readonly string[]): string => join(desk.home, ...parts);
const content = (...parts: readonly string[]): string => readFileSync(at(...parts), "utf8");

describe("coffer helper", () => {
  it("wires git so that a clone needs no question, and takes it out again", async () => {
    expect(await helper("status", "git")).toMatchObject({ code: 1, stdout: "git asks nobody\n" });
    const dry = await helper("install", "git", "--dry-run");
    expect(dry).toMatchObject({ code: 0, stdout: "" });
    expect(dry.stderr).toContain("git config --global --add credential.helper '!coffer as git-credential'");
    expect(existsSync(at(".gitconfig"))).toBe(false);

    expect(await helper("install", "git")).toMatchObject({ code: 0 });
    expect(await helper("status", "git")).toMatchObject({ code: 0, stdout: "git asks coffer\n" });
    expect((await helper("install", "git")).stderr).toContain("nothing to do");

    await desk.run("bash", [
      "-ec",
      `git init -q work; git -C work -c user.name=a -c user.email=a@b commit -q --allow-empty -m first
       git clone -q --bare work srv/repo.git; git -C srv/repo.git update-server-info`,
    ]);
    const server = new GuardedServer(at("srv"), () => "ana:canary");
    await server.listen();
    try {
      await desk.run("coffer", ["as", "keyring", "set", `http://${server.host}`, "ana"], { stdin: "canary" });
      const env = { GIT_TERMINAL_PROMPT: "0" };
      expect(await desk.run("git", ["clone", "-q", `http://${server.host}/repo.git`, "c"], { env })).toMatchObject({
        code: 0,
      });
    } finally {
      server.close();
    }
    expect(await helper("remove", "git")).toMatchObject({ code: 0 });
    expect(content(".gitconfig")).not.toContain("coffer");
    expect((await helper("remove", "git")).stderr).toContain("nothing to do");
  });

  it("leaves other helpers of git alone", async () => {
    await desk.run("git", ["config", "--global", "--add", "credential.helper", "store"]);
    expect(await helper("status", "git")).toMatchObject({ code: 1, stdout: "git asks store\n" });
    await helper("install", "git");
    await helper("remove", "git");
    expect(await helper("status", "git")).toMatchObject({ code: 1, stdout: "git asks store\n" });
  });

  it("wires docker, through a symbolic link too, and keeps what else is there", async () => {
    mkdirSync(at(".docker"));
    mkdirSync(at("dotfiles"));
    writeFileSync(at("dotfiles/docker.json"), '{\n\t"auths": {},\n\t"psFormat": "x"\n}\n', { mode: 0o640 });
    symlinkSync(at("dotfiles/docker.json"), at(".docker/config.json"));
    expect(await helper("install", "docker")).toMatchObject({ code: 0 });
    expect(JSON.parse(content(".docker/config.json"))).toEqual({ auths: {}, psFormat: "x", credsStore: "coffer" });
    expect(lstatSync(at(".docker/config.json")).isSymbolicLink()).toBe(true);
    expect(lstatSync(at("dotfiles/docker.json")).mode & 0o777).toBe(0o640);
    expect(lstatSync(at("bin/docker-credential-coffer")).isSymbolicLink()).toBe(true);
    expect(await helper("status", "docker")).toMatchObject({ code: 0 });
    expect(await helper("remove", "docker")).toMatchObject({ code: 0 });
    expect(content("dotfiles/docker.json")).toBe('{\n\t"auths": {},\n\t"psFormat": "x"\n}\n');
  });

  it("does not take docker's logins from somebody else, nor mend its file", async () => {
    writeFileSync(at("dotfiles/docker.json"), '{"credsStore":"pass"}');
    expect(await helper("install", "docker")).toMatchObject({ code: 4, stderr: expect.stringContaining("pass") });
    writeFileSync(at("dotfiles/docker.json"), '{"auths": {"r": {"auth": "canary"');
    const { code, stderr } = await helper("install", "docker");
    expect(code).toBe(1);
    expect(stderr).not.toContain("canary");
    expect(content("dotfiles/docker.json")).toContain("canary");
  });

  it("wires cargo at the end of its file, and leaves the rest byte for byte", async () => {
    mkdirSync(at(".cargo"));
    writeFileSync(at(".cargo/config.toml"), CARGO_OTHER);
    expect(await helper("install", "cargo")).toMatchObject({ code: 0 });
    expect(content(".cargo/config.toml")).toContain('coffer = ["coffer", "as", "cargo-credential"]');
    expect(await helper("status", "cargo")).toMatchObject({ code: 0 });
    expect(await helper("remove", "cargo")).toMatchObject({ code: 0 });
    expect(content(".cargo/config.toml")).toBe(CARGO_OTHER);
    writeFileSync(at(".cargo/config.toml"), '[registry]\ndefault = "x"\n');
    expect(await helper("install", "cargo")).toMatchObject({
      code: 4,
      stderr: expect.stringContaining("[credential-alias]"),
    });
  });

  it.skipIf(!isThere("python3", ["-m", "pip", "--version"], "wiring pip", { needed: false }))(
    "wires pip, which then runs our keyring",
    async () => {
      const provider = async (): Promise<string> =>
        (await desk.run("python3", ["-m", "pip", "config", "--user", "get", "global.keyring-provider"])).stdout.trim();
      expect(await helper("install", "pip")).toMatchObject({ code: 0 });
      expect(await provider()).toBe("subprocess");
      expect(lstatSync(at("bin/keyring")).isSymbolicLink()).toBe(true);
      expect(await helper("status", "pip")).toMatchObject({ code: 0, stdout: "pip asks coffer\n" });
      expect(await helper("remove", "pip")).toMatchObject({ code: 0 });
      expect(await provider()).toBe("");
    },
  );

  it.skipIf(!isThere("aws", ["--version"], "wiring the aws CLI", { needed: false }))(
    "wires a profile of the aws CLI, which then has the access key",
    async () => {
      const stdin = "AWS_ACCESS_KEY_ID=AKIACANARY\nAWS_SECRET_ACCESS_KEY=canary-secret\n";
      await desk.must(["import", "aws/cli/", "-", "--from", "dotenv"], { stdin });
      const env = { AWS_CONFIG_FILE: at("cli-config") };
      const wire = (action: string) => desk.run("coffer", ["helper", action, "aws", "--aws-profile", "cli"], { env });
      expect(await wire("install")).toMatchObject({ code: 0 });
      const { stdout } = await desk.run("aws", ["configure", "list", "--profile", "cli"], { env });
      // It shows the last four characters, and how it came by them.
      expect(stdout).toMatch(/access_key +\*+NARY +custom-process/);
      expect(await wire("remove")).toMatchObject({ code: 0 });
      expect(content("cli-config")).not.toContain("coffer");
    },
  );

  it("takes a profile of AWS out of the middle of its file", async () => {
    const same = "credential_process = coffer as aws-credential-process prod\n";
    const [above, below] = [
      `[default]\nregion = eu-west-1\n[profile twin]\n${same}`,
      "[profile other]\ncredential_process = mine\n",
    ];
    mkdirSync(at(".aws"));
    writeFileSync(at(".aws/config"), `${above}[profile prod]\n${same}output = json\n${below}`);
    expect(await helper("status", "aws", "--aws-profile", "prod")).toMatchObject({ code: 0 });
    expect(await helper("install", "aws", "--aws-profile", "other")).toMatchObject({ code: 4 });
    expect(await helper("remove", "aws", "--aws-profile", "prod")).toMatchObject({ code: 0 });
    expect(content(".aws/config")).toBe(`${above}[profile prod]\noutput = json\n${below}`);
  });

  it.each([
    [["install"], "PROGRAM is missing"],
    [["install", "svn"], "no such program"],
    [["frobnicate", "git"], "takes install, status or remove"],
    [["install", "aws"], "which profile"],
    [["install", "aws", "--aws-profile", "a b"], "which profile"],
  ])("%j is exit 2", async (args, reason) => {
    expect(await helper(...args)).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining(reason) });
  });

  it("says what a profile and a namespace of its own are for each", async () => {
    await desk.must(["init", "-s", `folder:${at("second")}`, "-k", `key-file:${at("second.key")}`, "-q"]);
    mkdirSync(at(".config/coffer"), { recursive: true });
    writeFileSync(
      at(".config/coffer/config.toml"),
      `[profiles.second]\nstore = "folder:${at("second")}"\nkey = "key-file:${at("second.key")}"\n[helper.keyring]\nprofile = "second"\nnamespace = "logins"\n`,
    );
    await desk.run("coffer", ["as", "keyring", "set", "svc", "ana"], { stdin: "canary-second" });
    expect(await desk.must(["get", "logins/svc/ana", "-p", "second"])).toBe("canary-second");
    const other = await desk.run("coffer", ["as", "git-credential", "get"], { stdin: "protocol=https\nhost=svc\n" });
    expect(other).toMatchObject({ code: 0, stdout: "" });
  });
});

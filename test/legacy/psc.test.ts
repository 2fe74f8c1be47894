// What psc 0.5.0 was seen to do, by vectors and recordings; where ours is meant to do something else, docs/legacy/psc.md says why.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateAliasCommand } from "@aws-sdk/client-kms";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Cloud, startCloud } from "../aws/cloud.js";
import { findEmulator } from "../aws/emulator.js";
import { FAULTS } from "../aws/proxy/fault.js";
import { parseJson } from "../aws/proxy/request.js";
import { newPscScene, type PscScene } from "./psc-scene.js";

interface Step {
  readonly label: string | null;
  readonly args: readonly string[];
  readonly stdin: string | null;
  readonly env: Readonly<Record<string, string>>;
  readonly rc: number;
  readonly stdout: string;
}

interface Vectors {
  readonly set_get: readonly {
    readonly name: string;
    readonly value: string;
    readonly args: readonly string[];
    readonly put_request_body: string;
    readonly get_request_body: string;
    readonly set_stdout: string;
    readonly get_stdout: string;
  }[];
  readonly decrypt_env: readonly (Step & { readonly label: string })[];
}

const vectors = readVectors<Vectors>("psc.json");
const { steps } = readVectors<{ steps: readonly Step[] }>("cli-golden-psc.json");
const source = findEmulator();
const CANARY = "s3cret-CANARY-71";

describe.skipIf(source === null)("psc", () => {
  let cloud: Cloud;
  let scene: PscScene;
  beforeAll(async () => {
    if (source === null) return;
    cloud = await startCloud(source);
    scene = newPscScene(cloud);
    await cloud.kms.send(new CreateAliasCommand({ AliasName: "alias/pscKey", TargetKeyId: await cloud.newKey() }));
  });
  afterAll(async () => {
    scene?.close();
    await cloud?.stop();
  });

  describe("vectors", () => {
    it.each(vectors.set_get)("set and get ask for $name what psc asked", async (vector) => {
      cloud.proxy.forget();
      const set = await scene.run(["set", vector.name, vector.value, ...vector.args]);
      expect([set.code, set.stdout]).toEqual([0, withoutValue(vector.set_stdout)]);
      const get = await scene.run(["get", vector.name]);
      expect([get.code, get.stdout]).toEqual([0, vector.get_stdout]);
      const [put, read] = cloud.proxy.requests.map(({ body }) => parseJson(body));
      expect(put).toEqual(JSON.parse(vector.put_request_body));
      expect(read).toEqual(JSON.parse(vector.get_request_body));
    });

    const DIFFERENT: Readonly<Record<string, Partial<Step>>> = {
      "README example, VAR3 missing": {
        stdout:
          "export VAR1='secret 1'\nexport VAR2='secret 2'\nexport VAR4='secret 4'\nexport DB_URL=mongodb://admin:secret@localhost/myservice\n",
      },
      quoting: {
        stdout: `export Q='it'"'"'s $HOME \`id\` "x" \\ !'\nexport M="$(printf 'line1\\012line2\\012\\056')";M="\${M%.}";\nexport U='héllo 😀'\nexport S=a/b:c@d%e+f,g-h_i.j=K\n`,
      },
      "multi-line value injects a variable": { stdout: "" },
      "non-ascii env value": { rc: 0, stdout: "export V='secret 1'\n" },
    };

    it.each(vectors.decrypt_env)("decrypt-env: $label", async ({ label, env, args, rc, stdout }) => {
      for (const number of [1, 2, 4]) await scene.put(`staging.test.VAR${number}`, `secret ${number}`);
      await scene.put("staging.myservice.db_url", "mongodb://admin:secret@localhost/myservice");
      await scene.put("v.quote", 'it\'s $HOME `id` "x" \\ !');
      await scene.put("v.multi", "line1\nline2\n");
      await scene.put("v.uni", "héllo 😀");
      await scene.put("v.safe", "a/b:c@d%e+f,g-h_i.j=K");
      const run = await scene.run(["decrypt-env", ...args], { env });
      const wanted = { rc, stdout, ...DIFFERENT[label] };
      expect([run.code, run.stdout]).toEqual([wanted.rc, wanted.stdout]);
    });
  });

  describe("recordings", () => {
    // Only moto takes these names.
    const NO_NAMES = ["bad name", "a/b"];
    // moto joins two filters with "or", and repeats what fits both.
    const byKey = (args: readonly string[]): boolean => args.includes("-k") && /^l[sl]$/.test(args[0] ?? "");
    const folder = mkdtempSync(join(tmpdir(), "coffer-psc-"));

    beforeAll(async () => {
      await scene.empty();
      const before = steps.find(({ args }) => args[0] === "ll" && args.length === 1)?.stdout ?? "";
      for (const line of before.split("\n").slice(3)) {
        const [, Name, Description, KeyId] = line.split("|").map((cell) => cell.trim());
        if (Name) await scene.put(Name, "x", { ...(KeyId ? { KeyId } : {}), ...(Description ? { Description } : {}) });
      }
      await scene.put("plain.str", "not secure", { Type: "String" });
      writeFileSync(join(folder, "f.txt"), "file secret\n");
      writeFileSync(join(folder, "e.txt"), "");
      writeFileSync(join(folder, "bin"), Buffer.of(0xff, 0xfe));
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    it.each(steps.map((step) => [`${step.args.map((word) => word.slice(0, 40)).join(" ")}`, step] as const))(
      "psc %s",
      async (_, { args, stdin, env, rc, stdout }) => {
        const local = args.map((word) => (/^(f\.txt|e\.txt|bin|nofile)$/.test(word) ? join(folder, word) : word));
        const run = await scene.run(local, { env, ...(stdin === null ? {} : { stdin }) });
        if (NO_NAMES.includes(args[1] ?? "")) {
          expect([run.code, run.stdout]).toEqual([1, ""]);
          return;
        }
        expect(run.code, run.stderr).toBe(rc);
        if (stdout.startsWith("usage:")) expect(run.stdout).toMatch(/^usage: psc/);
        else if (byKey(args)) expect(namesIn(run.stdout)).toEqual(namesByKey(args));
        else expect(normal(run.stdout)).toBe(normal(withoutNames(withoutValue(stdout), NO_NAMES)));
      },
    );

    /** What AWS would answer. */
    function namesByKey(args: readonly string[]): string[] {
      const all = steps.filter((step) => step.args[0] === "ls" && step.args.length === 1).at(-1)?.stdout ?? "";
      const ours = ["staging.test.VAR1", "v.key"];
      if (args.includes("nokey")) return [];
      if (args.includes("alias/pscKey")) return ours;
      return namesIn(withoutNames(all, [...NO_NAMES, ...ours]));
    }
  });

  describe("at the wire", () => {
    afterEach(() => cloud.proxy.plan());

    it("decrypt-env asks for 50 references by tens, at the same time, each name once", async () => {
      const env: Record<string, string> = { AGAIN: "SECRET wire.0" };
      for (let index = 0; index < 50; index++) {
        env[`V${index}`] = `SECRET wire.${index}`;
        if (index % 7 !== 3) await scene.put(`wire.${index}`, `value ${index}`);
      }
      cloud.proxy.forget();
      // None is answered before all have come.
      let waiting = 0;
      cloud.proxy.plan(() => {
        waiting += 1;
        return { kind: "delay", ms: 200 };
      });
      const running = scene.run(["decrypt-env"], { env });
      await cloud.proxy.next("GetParameters");
      expect(waiting).toBe(5);
      const { stdout } = await running;
      expect(cloud.proxy.requests.map(({ action }) => action)).toEqual(Array(5).fill("GetParameters"));
      const asked = cloud.proxy.requests.flatMap(({ body }) => parseJson(body).Names);
      expect([asked.length, new Set(asked).size]).toEqual([50, 50]);
      expect(stdout.split("\n").filter((line) => line.endsWith("='value 0'"))).toEqual([
        "export AGAIN='value 0'",
        "export V0='value 0'",
      ]);
      expect(stdout).not.toContain("V3=");
    });

    it("decrypt-env asks for nothing where nothing refers to a secret, but wants a region as psc does", async () => {
      cloud.proxy.forget();
      expect(await scene.run(["decrypt-env"])).toMatchObject({ code: 0, stdout: "" });
      expect(cloud.proxy.requests).toEqual([]);
    });

    it("waits and asks again where it is throttled", async () => {
      await scene.put("wire.slow", "value");
      let times = 0;
      cloud.proxy.plan(() => (times++ < 2 ? FAULTS.throttled : undefined));
      expect(await scene.run(["get", "wire.slow"])).toMatchObject({ code: 0, stdout: "value\n" });
    });
  });

  describe("secrets", () => {
    afterEach(() => cloud.proxy.plan());

    it.each<[string[], string | undefined]>([
      [["set", "c.a", CANARY, "--debug"], undefined],
      [["set", "aws.c", CANARY], undefined],
      [["set", "c a", CANARY], undefined],
      [["set", "c.a", ""], `${CANARY}\n`],
      [["set", "c.a", CANARY, "-k", "alias/none", "--bad"], undefined],
      [["set", "c.a", CANARY.repeat(700)], undefined],
      [["set-file", "c.a", "-"], `${CANARY}\0\n`],
      [["delete", "c.none"], undefined],
      [["decrypt-env", "--debug", "--pattern", `(${CANARY}`], undefined],
    ])("are in no output of psc %j", async (args, stdin) => {
      const { stdout, stderr } = await scene.run(args, { stdin });
      expect(`${stdout}${stderr}`).not.toContain(CANARY);
    });

    it("are not shown by decrypt-env --debug, which says on stderr what it does", async () => {
      await scene.put("c.debug", CANARY);
      const { stdout, stderr } = await scene.run(["decrypt-env", "--debug"], {
        env: { A: "SECRET c.debug", B: "SECRET c.missing" },
      });
      expect(stdout).toBe(`export A=${CANARY}\n`);
      expect(stderr).toContain("c.missing is not there: B stays as it is");
      expect(stderr).not.toContain(CANARY);
    });

    it("are not repeated in AWS's own words about a value that it refuses", async () => {
      const message = `1 validation error detected: Value '${CANARY}' at 'value' failed to satisfy constraint: Member must have length less than or equal to 4096`;
      cloud.proxy.plan(() => ({ kind: "answer", when: "before", status: 400, code: "ValidationException", message }));
      const { code, stderr } = await scene.run(["set", "c.long", CANARY]);
      expect(code).toBe(1);
      expect(stderr).toContain("Member must have length less than or equal to 4096");
      expect(stderr).not.toContain(CANARY);
    });

    it("are asked for without being seen at a terminal", async () => {
      const { stdout } = await scene.run(["set", "c.typed", ""], { typed: "typed" });
      expect(stdout).toBe("Successfully stored secret c.typed (description:None).\n");
      expect((await scene.run(["get", "c.typed"])).stdout).toBe("typed\n");
    });
  });

  it("names action, resource and principal where AWS denies", async () => {
    const message =
      "User: arn:aws:iam::123456789012:user/ann is not authorized to perform: ssm:GetParameters on resource: arn:aws:ssm:eu-central-1:123456789012:parameter/x because no identity-based policy allows the ssm:GetParameters action";
    cloud.proxy.plan(() => ({ kind: "answer", when: "before", status: 400, code: "AccessDeniedException", message }));
    const { code, stderr } = await scene.run(["get", "x"]);
    cloud.proxy.plan();
    expect(code).toBe(1);
    for (const part of ["user/ann", "ssm:GetParameters", "parameter/x"]) expect(stderr).toContain(part);
  });
});

/** Ours never prints what it sends. */
function withoutValue(stdout: string): string {
  return stdout.replace(/\{'Name': [^\n]*\}\n/, "");
}

function withoutNames(stdout: string, names: readonly string[]): string {
  return stdout
    .split("\n")
    .filter((line) => !names.some((name) => line === name || line.startsWith(`| ${name} `)))
    .join("\n");
}

/** The names in a list, long or short. */
function namesIn(stdout: string): string[] {
  return stdout
    .split("\n")
    .map((line) => line.replace(/^\| (\S+).*$/, "$1"))
    .filter((line) => !/^(|\+[-+]*|Name)$/.test(line));
}

/** With all times alike. */
function normal(stdout: string): string {
  return stdout.replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{6})?\+\d\d:\d\d by N\/A +\|/g, "TIME by N/A |");
}

function readVectors<T>(name: string): T {
  // Data that was written by the original, and never changes.
  return JSON.parse(readFileSync(new URL(`../vectors/legacy/${name}`, import.meta.url), "utf8")) as T;
}

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: IAM and Terraform have variables of that form, and names may look like them.
import { spawnSync } from "node:child_process";
import { afterAll, describe, expect, it } from "vitest";
import { Desk, type Result } from "./desk.js";

const ARN = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const STORE_ID = "Zm9yIHRlc3RzIG9ubHkgMQ";
const ENV = { COFFER_STORE: "s3://acme-secrets/team", COFFER_KEY: `aws-kms:${ARN}`, COFFER_STORE_ID: STORE_ID };
const BUCKET = "arn:aws:s3:::acme-secrets";

interface Statement {
  readonly Sid: string;
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

describe.concurrent("policy", () => {
  const desk = new Desk();
  afterAll(() => desk.clear());
  const say = (args: readonly string[], env: Readonly<Record<string, string>> = ENV): Promise<Result> =>
    desk.coffer(["policy", ...args], { env });
  const print = async (...args: string[]): Promise<string> => desk.must(["policy", ...args], { env: ENV });
  const parse = async (...args: string[]): Promise<{ Version: string; Statement: Statement[] }> =>
    JSON.parse(await print(...args));

  it("prints what a reader of one namespace needs, and nothing else", async () => {
    expect(await say(["reader", "prod/billing/"])).toMatchObject({ code: 0, stderr: "" });
    expect(await parse("reader", "prod/billing/")).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "ReadObjects",
          Effect: "Allow",
          Action: ["s3:GetObject"],
          Resource: [
            `${BUCKET}/team/heads/prod!billing`,
            `${BUCKET}/team/commits/prod!billing/*`,
            `${BUCKET}/team/blobs/prod!billing/*`,
            `${BUCKET}/team/coffer.json`,
          ],
        },
        {
          Sid: "ListObjects",
          Effect: "Allow",
          Action: ["s3:ListBucket"],
          Resource: [BUCKET],
          Condition: {
            StringLike: {
              "s3:prefix": [
                "team/heads/prod!billing",
                "team/commits/prod!billing/*",
                "team/blobs/prod!billing/*",
                "team/coffer.json",
              ],
            },
          },
        },
        {
          Sid: "UseDataKeys",
          Effect: "Allow",
          Action: ["kms:Decrypt"],
          Resource: [ARN],
          Condition: {
            StringEquals: {
              "kms:EncryptionContext:coffer:store": STORE_ID,
              "kms:EncryptionContext:coffer:namespace": "prod/billing",
            },
          },
        },
      ],
    });
  });

  it("takes several namespaces, those below, all of them, or the default one", async () => {
    const keys = async (...args: string[]): Promise<string[]> =>
      ((await parse("submitter", ...args)).Statement[0]?.Resource ?? []).map((arn) => arn.slice(BUCKET.length + 1));
    expect(await keys("prod/", "/", "prod/")).toEqual(["team/inbox/prod/*", "team/inbox/!/*"]);
    expect(await keys("prod/", "prod/eu/", "-R")).toEqual(["team/inbox/prod/*", "team/inbox/prod!*"]);
    expect(await keys()).toEqual(["team/inbox/*"]);
    expect(await keys("/", "-R")).toEqual(["team/inbox/*"]);
    expect(await keys("-N", "dev")).toEqual(["team/inbox/dev/*"]);
  });

  it("keeps to a context where one is given", async () => {
    const { Statement } = await parse("reader", "prod/", "-c", "env=prod", "-c", "team=a=b");
    expect(Statement.at(-1)?.Condition).toEqual({
      StringEquals: {
        "kms:EncryptionContext:coffer:store": STORE_ID,
        "kms:EncryptionContext:coffer:namespace": "prod",
      },
      StringEqualsIfExists: { "kms:EncryptionContext:env": "prod", "kms:EncryptionContext:team": "a=b" },
      "ForAllValues:StringEquals": {
        "kms:EncryptionContextKeys": ["coffer:store", "coffer:namespace", "coffer:epoch", "env", "team"],
      },
    });
    const refused = await say(["reader", "prod/", "-c", "env=a", "-c", "ENV=b"]);
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toContain("differ in capitals only");
  });

  it("takes store, key and the store's id from a profile", async () => {
    const own = new Desk();
    const profile = `[profiles.team]\nstore = "${ENV.COFFER_STORE}"\nkey = "aws-kms:alias/coffer"\nstore_id = "${STORE_ID}"\nkey_id = "${ARN}"\n`;
    const env = { COFFER_CONFIG: own.file("config.toml", profile) };
    const printed = await own.must(["policy", "editor", "prod/", "-p", "team"], { env });
    expect(printed).toBe(await print("editor", "prod/"));
    own.clear();
  });

  it("lets who makes data keys wrap them for the further keys of a profile", async () => {
    const own = new Desk();
    const other = ARN.replace("1234abcd", "99999999");
    const further = `also_wrap = ["aws-kms:${other}", "passphrase:"]`;
    const profile = `[profiles.team]\nstore = "${ENV.COFFER_STORE}"\nkey = "${ENV.COFFER_KEY}"\nstore_id = "${STORE_ID}"\n${further}\n`;
    const env = { COFFER_CONFIG: own.file("config.toml", profile) };
    const { Statement } = JSON.parse(await own.must(["policy", "editor", "prod/", "-p", "team"], { env }));
    expect(Statement.at(-1)).toMatchObject({ Sid: "WrapForFurtherKeys", Action: ["kms:Encrypt"], Resource: [other] });
    expect(await own.must(["policy", "reader", "prod/", "-p", "team"], { env })).not.toContain(other);
    own.clear();
  });

  it("--format terraform: a resource that Terraform reads as the very same document", async () => {
    const args = ["editor", "prod/${a}/ü/", "dev/", "-R", "-c", "env=%{x}${*}"];
    const resource = await print(...args, "--format", "terraform");
    expect(resource).toMatch(
      /^# Coffer editor of .*\nresource "aws_iam_policy" "coffer_editor_[a-z0-9_]+_dev_all" \{\n/,
    );
    expect(/<<-JSON\n(.*)\n {2}JSON\n/s.exec(resource)?.[1]?.replaceAll("$${", "${").replaceAll("%%{", "%{")).toBe(
      (await print(...args)).trimEnd().replace(/^/gm, "    "),
    );
    expect(resource).toMatch(/^[\n\u0020-\u007e]+$/m);
    const terraform = findTerraform();
    if (terraform === null) return;
    expect(terraform(["fmt", "-check", "-diff", "-"], resource)).toBe("");
    const own = new Desk();
    own.file("policy.tf", resource.replace(/^resource .*$/m, "locals {"));
    const evaluated = terraform([`-chdir=${own.home}`, "console"], "jsonencode(jsondecode(local.policy))\n");
    expect(JSON.parse(JSON.parse(evaluated))).toEqual(await parse(...args));
    own.clear();
  });

  it("--format cloudformation: a template with the same document", async () => {
    const template = JSON.parse(await print("admin", "prod/eu/", "--format", "cloudformation"));
    expect(template).toEqual({
      AWSTemplateFormatVersion: "2010-09-09",
      Description: "Coffer admin of prod/eu/ in s3://acme-secrets/team",
      Resources: {
        CofferAdminProdEu: {
          Type: "AWS::IAM::ManagedPolicy",
          Properties: { PolicyDocument: await parse("admin", "prod/eu/") },
        },
      },
      Outputs: { CofferAdminProdEuArn: { Value: { Ref: "CofferAdminProdEu" } } },
    });
  });

  it("--format key-policy: statements for the key's own policy, for its account or who is named", async () => {
    const Condition = (await parse("submitter", "prod/")).Statement.at(-1)?.Condition;
    const statement = {
      Sid: "CofferUseDataKeys",
      Effect: "Allow",
      Action: ["kms:GenerateDataKey"],
      Resource: "*",
      Condition,
    };
    const account = { AWS: "arn:aws:iam::111122223333:root" };
    expect(JSON.parse(await print("submitter", "prod/", "--format", "key-policy"))).toEqual([
      { ...statement, Principal: account },
    ]);
    const role = "arn:aws:iam::444455556666:role/deploy/billing";
    expect(JSON.parse(await print("submitter", "prod/", "--format", "key-policy", "--principal", role))).toEqual([
      { ...statement, Principal: { AWS: role } },
    ]);
  });

  it("--format grant: commands that a shell takes as they are", async () => {
    const role = "arn:aws:iam::111122223333:role/it's";
    const commands = await print("reader", "prod/it's/", "/", "--format", "grant", "--principal", role);
    const { stdout } = await desk.run("sh", ["-c", `aws() { printf '%s\\n' "$@"; }\n${commands}`]);
    const grant = (namespace: string): string[] => [
      ...["kms", "create-grant", "--region", "eu-central-1", "--key-id", ARN, "--grantee-principal", role],
      ...["--operations", "Decrypt", "--constraints"],
      `{"EncryptionContextSubset":{"coffer:store":"${STORE_ID}","coffer:namespace":"${namespace}"}}`,
    ];
    expect(stdout.trimEnd().split("\n")).toEqual([...grant("prod/it's"), ...grant("/")]);
    const nobody = await desk.run("sh", ["-c", await print("reader", "prod/", "--format", "grant")]);
    expect(nobody.stderr).toContain("GRANTEE: the ARN of who is to have it");
  });

  it.each([
    [["--format", "grant", "-R"], "a grant knows no patterns"],
    [["--format", "grant", "-c", "env=prod"], "a grant cannot tell data keys with a context from those without"],
    [["--format", "cloudformation", "-c", "env={{resolve:ssm:x}}"], "CloudFormation would put something else in place"],
    [["--format", "yaml"], "there is no policy in that format"],
    [["--principal", "arn:aws:iam::111122223333:role/x"], "--principal has no place in json"],
    [["--format", "grant", "--principal", "billing"], "a principal is the ARN of a role, a user or an account"],
    [["-s", "folder:./x"], "policies are for stores in AWS, and this is none"],
    [["-s", "secretsmanager:/prod"], "policies for secretsmanager: stores are not supported yet"],
    [["-s", "s3://x"], "s3: takes the name of a bucket"],
    [["-k", "key-file:./x"], "a policy names the master key by its full ARN"],
    [["-k", "aws-kms:alias/coffer"], "a policy names the master key by its full ARN"],
  ])("refuses %s", async (args, message) => {
    const { code, stdout, stderr } = await say(["reader", "prod/", ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(`coffer: error: ${message}`);
    expect(stderr).toMatch(/^coffer: error: .*\n(coffer: hint: .*\n)?$/);
  });

  it("refuses roles that there are none of, names that are no namespaces, and a role without use for the key", async () => {
    expect((await say(["owner"])).stderr).toContain("hint: it is one of reader, submitter, editor, admin, auditor");
    expect(await say(["reader", "prod"])).toMatchObject({ code: 2 });
    expect(await say([])).toMatchObject({ code: 2 });
    expect(await say(["reader", "prod/", "--json"])).toMatchObject({ code: 0, stderr: "" });
    expect((await say(["reader", "prod/", "--json", "--format", "terraform"])).stderr).toContain('"code":"USAGE"');
    expect(await say(["auditor", "prod/", "--format", "key-policy"])).toMatchObject({ code: 2, stdout: "" });
  });

  it("wants to know the store's id, but of who is yet to make the store", async () => {
    const { COFFER_STORE, COFFER_KEY } = ENV;
    const refused = await say(["reader", "prod/"], { COFFER_STORE, COFFER_KEY });
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toContain("hint: pin it: store_id in the profile, or COFFER_STORE_ID");
    expect(await say(["auditor", "prod/"], { COFFER_STORE, COFFER_KEY })).toMatchObject({ code: 0, stderr: "" });
    const admin = await say(["admin"], { COFFER_STORE, COFFER_KEY });
    expect(admin.code).toBe(0);
    expect(admin.stderr).toContain("the store's id is not known");
    expect(admin.stdout).toContain('"kms:EncryptionContext:coffer:store": "*"');
  });

  it("says when IAM would not take it, and makes nothing that could only fail", async () => {
    const many = Array.from({ length: 40 }, (_, number) => `service-${number}/`);
    const { code, stderr, stdout } = await say(["editor", ...many]);
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^coffer: the policy has \d{5} characters, and IAM takes 6144 for a managed one: .*--recursive\n$/,
    );
    expect(JSON.parse(stdout).Statement).toHaveLength(6);
    for (const format of ["terraform", "cloudformation"]) {
      expect(await say(["editor", ...many, "--format", format])).toMatchObject({ code: 2, stdout: "" });
    }
  });
});

/** Runs Terraform where it is installed; it needs neither a network nor a provider for this. */
function findTerraform(): ((args: readonly string[], stdin: string) => string) | null {
  const run = (args: readonly string[], input: string): string | null => {
    const env = { PATH: process.env.PATH ?? "", CHECKPOINT_DISABLE: "1" };
    const { error, stdout, stderr } = spawnSync("terraform", args, { input, encoding: "utf8", env });
    if (error !== undefined) return null;
    return stdout + stderr.replace(/There are some problems with the CLI configuration:.*?╵\n/s, "");
  };
  return run(["version"], "") === null ? null : (args, stdin) => (run(args, stdin) ?? "").trimEnd();
}

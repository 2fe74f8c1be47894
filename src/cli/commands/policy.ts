import { CofferError } from "../../errors.js";
import { parseAddress, urlOf } from "../../objects/s3/address.js";
import { isForeign } from "../../open/foreign-stores.js";
import { isPolicyFormat, POLICY_FORMATS, type PolicyFormat } from "../../policy/formats/formats.js";
import { findSizeFault, SIZE_HINT } from "../../policy/formats/managed-policy.js";
import { findKeyArn, type KeyArn, requireKeyArn } from "../../policy/key-arn.js";
import { assertHasPolicies, findPermissions } from "../../policy/permissions.js";
import type { PolicyRequest } from "../../policy/policy-request.js";
import { isRole, ROLES, type Role } from "../../policy/role.js";
import { normalizeScope, type Scope } from "../../policy/scope.js";
import { findFolders } from "../../settings/folders.js";
import { findSetting } from "../../settings/setting.js";
import {
  findDefaultNamespace,
  findFurtherKeys,
  findPinnedKey,
  findPinnedStore,
  findStoreUrl,
} from "../../settings/settings.js";
import { openFileMemory } from "../../vault/heads/file-memory.js";
import { resolveNamespace } from "../arguments/path.js";
import type { Command, Task } from "../command.js";
import { readContext } from "../input/context-input.js";
import { say } from "../output/render.js";

/** `coffer policy ROLE [NS/…]` */
export const policy: Command = {
  arguments: [
    { name: "ROLE", help: ROLES.join(", ") },
    { name: "NS/", help: "the namespaces; without them the default one, or all", optional: true, repeats: true },
  ],
  options: ["recursive", "context", "format", "principal"],
  notes: [
    "Prints what a role needs in AWS for a vault on S3 and KMS, and nothing else: it is made from what each verb really calls. Nothing is asked or changed in AWS.",
    "A reader gets, runs programs with, lists and verifies secrets. A submitter hands changes in, and neither reads nor lists. An editor reads and changes. An admin also purges, rotates keys and sets the store up. An auditor sees names, versions and commits, and opens nothing.",
    "With -c a role opens only what has no context, or exactly these pairs. Formats: json (IAM's own), terraform, cloudformation, key-policy (statements for the key's own policy), grant (commands that make grants on the key).",
  ],
  examples: [
    ["coffer policy reader prod/billing/", "for a program that reads one namespace"],
    ["coffer policy editor prod/ -R --format terraform", "prod and all below it"],
    ["coffer policy reader prod/ -c env=prod", "only what is sealed for env=prod, or without context"],
    ["coffer policy submitter prod/ --format grant --principal ARN", "what the key has to allow, as a grant"],
  ],
  run: async (task) => {
    const format = chooseFormat(task);
    const request = await readRequest(task);
    const permissions = await findPermissions(request);
    const write = await POLICY_FORMATS[format]();
    const text = write({ ...request, permissions, principals: choosePrincipals(task, format) });
    if (request.storeId === null && permissions.key !== null && !isForeign(request.store)) {
      await say(
        task,
        "the store's id is not known, so this is for every store under the same master key; print it again after `coffer init`",
      );
    }
    const fault = format === "json" ? findSizeFault(permissions) : null;
    if (fault !== null) await say(task, `${fault}: ${SIZE_HINT}`);
    await task.world.stdout.write(text);
    return 0;
  },
};

async function readRequest(task: Task): Promise<PolicyRequest> {
  const role = chooseRole(task);
  const scope = chooseScope(task);
  const { given: context } = await readContext(task);
  const store = await writeOut(findStoreUrl(task), task.world.env.HOME);
  assertHasPolicies(store);
  // A key's own ARN says more than its id where the key is in several regions.
  const key =
    (await findParameterKey(store, task)) ??
    requireKeyArn(findKeyInUrl(store), findSetting(task, "key")?.value, findPinnedKey(task));
  const furtherKeys = findFurtherKeys(task).flatMap((url) => findKeyArn(url) ?? []);
  return { role, store, storeId: await findStoreId(task, store), key, furtherKeys, scope, context };
}

/** Parameter Store's key stands in its URL, or is the account's own; null where -k is to say it. */
async function findParameterKey(store: string, task: Task): Promise<KeyArn | null> {
  if (!store.startsWith("ssm:") || task.flags.text("key") !== undefined) return null;
  const { findStoreKey } = await import("../../policy/stores/ssm.js");
  return findStoreKey(store, findSetting(task, "region")?.value ?? task.world.env.AWS_REGION ?? null);
}

/** Stores in other formats name their master key themselves. */
function findKeyInUrl(store: string): string | undefined {
  if (!isForeign(store)) return undefined;
  return new URLSearchParams(store.slice(store.indexOf("?") + 1)).get("kms-key") ?? undefined;
}

/** What a URL leaves to a configuration has to stand in it. */
async function writeOut(store: string, home: string | undefined): Promise<string> {
  if (!store.startsWith("messer:")) return store;
  const { resolveStoreUrl } = await import("../../legacy/messer/store-url.js");
  return resolveStoreUrl(store, home === undefined ? {} : { home });
}

/** As it is pinned, else as this user has seen it; null where it is neither, and for a store that has none. */
async function findStoreId(task: Task, store: string): Promise<string | null> {
  if (isForeign(store)) return null;
  const { heads } = findFolders(task.world);
  const pinned = findPinnedStore(task);
  if (pinned !== undefined || heads === null) return pinned ?? null;
  return openFileMemory(heads).findStore(urlOf(parseAddress(store.slice(store.indexOf(":") + 1))));
}

function chooseRole({ arguments: [role = ""] }: Task): Role {
  if (isRole(role)) return role;
  throw new CofferError("USAGE", "there is no such role", { hint: `it is one of ${ROLES.join(", ")}` });
}

function chooseScope(task: Task): Scope {
  const typed = task.arguments.slice(1).map(resolveNamespace);
  const fallback = typed.length > 0 ? null : findDefaultNamespace(task);
  return normalizeScope({
    namespaces: fallback === null ? typed : [fallback],
    recursive: task.flags.has("recursive"),
  });
}

function chooseFormat({ flags }: Task): PolicyFormat {
  const format = flags.text("format") ?? "json";
  if (!isPolicyFormat(format)) {
    throw new CofferError("USAGE", "there is no policy in that format", {
      hint: `it is one of ${Object.keys(POLICY_FORMATS).join(", ")}`,
    });
  }
  if (flags.has("json") && (format === "terraform" || format === "grant")) {
    throw new CofferError("USAGE", `--json and --format ${format} exclude each other`);
  }
  return format;
}

function choosePrincipals({ flags }: Task, format: PolicyFormat): readonly string[] {
  const principals = flags.all("principal");
  const isNamed = format === "key-policy" || format === "grant";
  if (principals.length > 0 && !isNamed) {
    throw new CofferError(
      "USAGE",
      `--principal has no place in ${format}: there the policy is attached to who has it`,
      {
        hint: "it goes with --format key-policy or grant",
      },
    );
  }
  if (!principals.every((arn) => /^arn:aws[a-z-]*:(iam|sts)::\d{12}:[\u0021-\u007e]+$/.test(arn))) {
    throw new CofferError("USAGE", "a principal is the ARN of a role, a user or an account", {
      hint: "for instance arn:aws:iam::111122223333:role/billing",
    });
  }
  return principals;
}

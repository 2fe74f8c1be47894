import { prepareProfile } from "../../settings/profiles/init-profile.js";
import { findPinnedStore } from "../../settings/settings.js";
import { addressOf, isKms, isS3, masterKeyName, openAwsOf, openBucketOf, openMasterOf } from "../cloud/open-cloud.js";
import type { Command, Task } from "../command.js";
import { assertPinned, findPlaces, findStoreId, initStore, resolveUrls } from "../init-store.js";
import { requireConsent } from "../input/confirm.js";
import { renderJson, say } from "../output/render.js";
import { reportStore } from "../output/store-report.js";
import { wantsRecovery } from "../recovery-key.js";
import { planBucket } from "../setup/plan-bucket.js";
import { planKey } from "../setup/plan-key.js";
import type { Step } from "../setup/step.js";

/** `coffer setup` */
export const setup: Command = {
  arguments: [],
  options: ["recovery", "dry-run"],
  settings: "makes-profile",
  notes: [
    "Makes what a store in AWS needs and is missing: the bucket, closed to the public, with versions, encryption by S3, a policy that refuses connections without TLS and writes without a condition, and a rule that removes old heads; the master key in KMS, where -k names it by an alias; then the store, as `coffer init` does. Says first what it will do, and asks.",
    "What is there is completed, and what others have set stays: statements and rules of theirs are kept. Where nothing is missing it does nothing. With -p NAME the profile is made, or completed, and pins the ids of the store and the key.",
    "For a store in a folder it is the same as `coffer init`.",
  ],
  examples: [
    ["coffer setup -p team -s s3://acme-secrets/team -k aws-kms:alias/coffer --dry-run", "says what would be made"],
    [
      "coffer setup -p team -s s3://acme-secrets/team -k aws-kms:alias/coffer -y",
      "makes it, and a profile that names it",
    ],
  ],
  exits: [
    [2, "there is nobody to ask, and no -y"],
    [4, "the bucket is somebody else's"],
    [5, "a right is missing: it is named"],
  ],
  json: ["plan", "dryRun", "store", "url", "key", "created", "recovery"],
  run: async (task) => {
    const urls = resolveUrls(task);
    wantsRecovery(task);
    // What keeps the profile from being written is found out before anything is made.
    await prepareProfile(task, urls, () => {});
    if (!isS3(urls.store) && !isKms(urls.key)) {
      await say(task, "nothing of this is in AWS: setup does what `coffer init` does");
    }
    const closers: (() => void)[] = [];
    try {
      await carryOut(task, await makePlan(task, urls, closers));
    } finally {
      for (const close of closers) close();
    }
    return 0;
  },
};

type Urls = { readonly store: string; readonly key: string };

interface Plan {
  readonly steps: readonly Step[];
  /** Where the bucket is, or will be. */
  readonly region: string | undefined;
}

/** Looks at all there is. What is missing can be made until the closers are called. */
async function makePlan(task: Task, urls: Urls, closers: (() => void)[]): Promise<Plan> {
  const bucket = isS3(urls.store) ? await lookAtBucket(task, urls.store, closers) : null;
  // A bucket that is not there holds no store.
  const existing = bucket?.exists === false ? null : await findStoreId(urls.store, findPlaces(task));
  assertPinned({ url: urls.store }, existing, findPinnedStore(task));
  const key = isKms(urls.key) ? await lookAtKey(task, urls.key, existing !== null, closers) : [];
  const store: Step[] = existing === null ? [{ resource: urls.store, what: "make a store there", act: null }] : [];
  return { steps: [...(bucket?.steps ?? []), ...key, ...store], region: bucket?.region };
}

async function lookAtBucket(
  task: Task,
  storeUrl: string,
  closers: (() => void)[],
): Promise<{ exists: boolean; steps: readonly Step[]; region: string }> {
  const bucket = await openBucketOf(await openAwsOf(task), storeUrl, task.world.signal);
  closers.push(bucket.close);
  const { prefix } = addressOf(storeUrl);
  return { ...(await planBucket({ bucket, prefix })), region: await bucket.region() };
}

async function lookAtKey(
  task: Task,
  keyUrl: string,
  isInUse: boolean,
  closers: (() => void)[],
): Promise<readonly Step[]> {
  const name = masterKeyName(task, keyUrl);
  const keys = await openMasterOf(await openAwsOf(task), name, task.world.signal);
  closers.push(keys.close);
  return planKey({ keys, name, isInUse, tell: (text) => say(task, text) });
}

/** Tells the plan, asks, and does it; the store and the profile come last. */
async function carryOut(task: Task, { steps, region }: Plan): Promise<void> {
  const dryRun = task.flags.has("dry-run");
  const plan = steps.map(({ resource, what }) => ({ resource, what }));
  const changes = steps.filter(({ act }) => act !== null);
  for (const { resource, what } of dryRun || changes.length > 0 ? plan : [])
    await say(task, `${dryRun ? "would do, and has not: " : "to do: "}${resource}: ${what}`);
  if (dryRun) return printPlan(task, plan);
  if (changes.length > 0) await requireConsent(task, "do all that?", "this makes and changes what is yours in AWS");
  for (const { resource, what, act } of changes) {
    await act?.();
    await say(task, `done: ${resource}: ${what}`);
  }
  await initStore(
    task,
    (made) => reportStore(task, made, { fields: { plan, dryRun }, changed: changes.length > 0 }),
    region === undefined ? {} : { region },
  );
}

async function printPlan(task: Task, plan: readonly { resource: string; what: string }[]): Promise<void> {
  if (plan.length === 0) await say(task, "nothing to do");
  if (!task.flags.has("json")) return;
  const nothing = { store: null, url: null, key: null, created: false, recovery: null };
  await task.world.stdout.write(renderJson({ plan, dryRun: true, ...nothing }));
}

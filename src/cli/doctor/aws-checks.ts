import { findDefaultNamespace } from "../../settings/settings.js";
import { BUCKET_SETTINGS, type BucketSetting } from "../cloud/bucket-settings.js";
import { addressOf, isKms, isS3, masterKeyName } from "../cloud/open-cloud.js";
import { type CheckRow, needs, ok, unmet, wrong } from "./check.js";
import type { Patient } from "./patient.js";

const onS3 = ({ storeUrl }: Patient): boolean => isS3(storeUrl);
const byKms = ({ keyUrl }: Patient): boolean => isKms(keyUrl);

export const identity: CheckRow = {
  id: "identity",
  essential: true,
  applies: (patient) => onS3(patient) || byKms(patient),
  look: async ({ identity }) => ok(`AWS takes you for ${(await identity()).arn}`),
};

export const bucket: CheckRow = {
  id: "bucket",
  applies: onS3,
  async look({ location, storeUrl }) {
    const { bucket } = addressOf(storeUrl);
    if ((await location()) !== null) return ok(`the bucket ${bucket} is there`);
    return wrong(`there is no bucket ${bucket}`, "make it: coffer setup, with the same -s and -k");
  },
};

export const region: CheckRow = {
  id: "region",
  applies: onS3,
  async look({ location, bucket }) {
    const here = await (await bucket()).region();
    const there = await location();
    if (there === null) throw unmet("there is no bucket to look at");
    if (here === there) return ok(`requests go to ${here}, where the bucket is`);
    return wrong(
      `the bucket is in ${there}, and requests go to ${here}`,
      `give --region ${there}, or region in the profile`,
    );
  },
};

export const bucketSettings: readonly CheckRow[] = BUCKET_SETTINGS.map(checkSetting);

function checkSetting(setting: BucketSetting): CheckRow {
  return {
    id: setting.id,
    applies: onS3,
    async look({ location, bucket, storeUrl }) {
      // Whether one may ask where it is, is no matter here.
      if ((await location().catch(() => undefined)) === null) throw unmet("there is no bucket to look at");
      const look = await setting.look({ bucket: await bucket(), prefix: addressOf(storeUrl).prefix });
      if (look.fine) return ok(look.note ?? setting.good);
      return wrong(look.found, "put it in order: coffer setup, with the same -s and -k");
    },
  };
}

export const keyState: CheckRow = {
  id: "key-state",
  applies: byKms,
  async look({ task, keyUrl, master }) {
    const { name } = masterKeyName(task, keyUrl);
    const found = await (await master()).describe(name);
    if (found === null)
      return wrong(`there is no master key ${name}`, "look at its name, at the region and at the account");
    if (!found.encrypts)
      return wrong(`${found.arn} is not made for encrypting`, "name a symmetric key whose usage is ENCRYPT_DECRYPT");
    if (found.state === "Enabled") return ok(`${found.arn} is enabled`);
    return wrong(
      `${found.arn} is ${found.state}: what is sealed cannot be read`,
      STATE_HINTS[found.state] ?? `see aws kms describe-key --key-id ${found.arn}`,
    );
  },
};

const STATE_HINTS: Readonly<Record<string, string>> = {
  Disabled: "whoever administers it can enable it: aws kms enable-key",
  PendingDeletion: "stop that at once: aws kms cancel-key-deletion, then aws kms enable-key",
};

export const keyRotation: CheckRow = {
  id: "key-rotation",
  applies: byKms,
  async look({ task, keyUrl, master }) {
    const keys = await master();
    const found = await needs(keys.describe(masterKeyName(task, keyUrl).name), "the key cannot be looked at");
    if (found === null) throw unmet("there is no key to look at");
    if (!found.rotates) return ok("KMS does not rotate a key of this kind by itself");
    if (await keys.isRotated(found.arn)) return ok("KMS rotates it every year");
    return wrong("KMS does not rotate the master key", "put it in order: coffer setup, with the same -s and -k");
  },
};

export const generate: CheckRow = {
  id: "generate",
  applies: byKms,
  async look({ task, keys, storeId, namespaces, call }) {
    const provider = await needs(keys(), "the key cannot be used");
    const store = await needs(storeId(), "it is not known which store it would be for");
    if (store === null) throw unmet("there is no store to make one for");
    const [first] = await namespaces().catch(() => []);
    const namespace = findDefaultNamespace(task) ?? first ?? "";
    // Nobody keeps it: it seals nothing.
    const context = {
      "coffer:store": store,
      "coffer:namespace": namespace === "" ? "/" : namespace,
      "coffer:epoch": "doctor",
    };
    await provider.generate(context, call());
    return ok("data keys can be made");
  },
};

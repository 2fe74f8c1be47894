import type { KeyClient, KeyDescription } from "../../aws/kms/key-client.js";
import { CofferError } from "../../errors.js";
import type { MasterKeyName } from "../cloud/open-cloud.js";
import type { Step } from "./step.js";

/** A master key as it is to be. */
export interface KeyPlace {
  readonly keys: KeyClient;
  readonly name: MasterKeyName;
  /** True where a store is sealed by it already: another key would open nothing of it. */
  readonly isInUse: boolean;
  readonly tell: (text: string) => Promise<void>;
}

/** What a master key lacks, in order. Only an alias can be made: ids are for KMS to choose. Throws `NOT_FOUND`, `ACCESS_DENIED`, `USAGE`. */
export async function planKey(place: KeyPlace): Promise<readonly Step[]> {
  const { keys, name } = place;
  const found = await keys.describe(name.name);
  if (found === null) return [makeKey(place)];
  assertUsable(found);
  if (!found.rotates || (await keys.isRotated(found.arn))) return [];
  return [
    { resource: name.name, what: "let KMS rotate the key every year", act: () => keys.enableRotation(found.arn) },
  ];
}

/** Named at once, so that what is done before an interruption is found again. */
function makeKey({ keys, name, isInUse, tell }: KeyPlace): Step {
  const alias = name.name.slice(name.name.indexOf("alias/"));
  if (!alias.startsWith("alias/")) {
    throw new CofferError("NOT_FOUND", `there is no master key ${name.name}`, {
      hint: "look at its id, at the region and at the account; to make one, name it by an alias: aws-kms:alias/NAME",
    });
  }
  if (alias.startsWith("alias/aws/")) {
    throw new CofferError("USAGE", "names that begin with alias/aws/ are those of AWS's own keys", {
      hint: "choose another alias",
    });
  }
  if (isInUse) {
    throw new CofferError("NOT_FOUND", "the store is there, but its master key is not", {
      hint: `nothing is called ${alias}; say where the key is with -k; a new key could not open what is stored`,
    });
  }
  return {
    resource: alias,
    what: "make a master key of that name, which KMS rotates every year",
    async act() {
      const arn = await keys.create("master key of Coffer");
      await tell(`made the key ${arn}`);
      await nameKey(keys, alias, arn);
      await keys.enableRotation(arn);
    },
  };
}

async function nameKey(keys: KeyClient, alias: string, arn: string): Promise<void> {
  const hint = `give it one (aws kms create-alias --alias-name ${alias} --target-key-id ${arn}), or remove it (aws kms schedule-key-deletion --key-id ${arn}); then try again`;
  let isNamed: boolean;
  try {
    isNamed = await keys.createAlias(alias, arn);
  } catch (cause) {
    if (!(cause instanceof CofferError)) throw cause;
    throw new CofferError(cause.code, `the key ${arn} was made, and has no name yet: ${cause.message}`, {
      hint,
      cause: cause.cause,
    });
  }
  if (isNamed) return;
  throw new CofferError("CONFLICT", `somebody else made ${alias} at the same moment; the key ${arn} is left over`, {
    hint,
  });
}

function assertUsable({ arn, state, encrypts }: KeyDescription): void {
  if (!encrypts) {
    throw new CofferError("USAGE", `the key ${arn} is not made for encrypting`, {
      hint: "name a symmetric key whose usage is ENCRYPT_DECRYPT",
    });
  }
  if (state === "Enabled") return;
  throw new CofferError("ACCESS_DENIED", `the master key ${arn} is ${state}`, {
    hint: `whoever administers it can change that: aws kms ${state === "PendingDeletion" ? "cancel-key-deletion" : "enable-key"} --key-id ${arn}`,
  });
}

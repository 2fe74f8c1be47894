import { CofferError } from "../../errors.js";
import type { Aws } from "../aws.js";
import { explain } from "../explain.js";
import { describeFailure } from "../failure.js";

/** The call that failed, as KMS names it. */
export type KeyAction = "GenerateDataKey" | "GenerateDataKeyWithoutPlaintext" | "Decrypt" | "DescribeKey";

const DOING: Readonly<Record<KeyAction, string>> = {
  GenerateDataKey: "make a data key under",
  GenerateDataKeyWithoutPlaintext: "make a data key under",
  Decrypt: "open a data key under",
  DescribeKey: "look up",
};

/**
 * What a failed call for a data key means; `key` is null where none was named.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html#API_Decrypt_Errors
 */
export function explainKey(error: unknown, action: KeyAction, key: string | null, aws: Aws): unknown {
  if (error instanceof CofferError) return error;
  const { code } = describeFailure(error);
  const named = key === null ? "its master key" : `the master key ${key}`;
  const refused = (as: CofferError["code"], message: string, hint: string): CofferError =>
    new CofferError(as, message, { hint, cause: error });
  switch (code) {
    case "InvalidCiphertextException":
    case "ValidationException":
      if (action !== "Decrypt") break;
      return refused(
        "CONTEXT",
        "KMS does not open the data key",
        "give the encryption context that it was stored with, exactly; with the right one, what is stored is damaged or of another region's key",
      );
    case "NotFoundException":
      return refused(
        "ACCESS_DENIED",
        key === null
          ? "the data key was wrapped by a master key that is not there"
          : `there is no master key ${key}${aws.region === undefined ? "" : ` in ${aws.region}`}`,
        "look at its name, at the region and at the account",
      );
    case "DisabledException":
    case "KMSInvalidStateException":
      return refused(
        "ACCESS_DENIED",
        `${named} cannot be used: it is disabled or going to be deleted`,
        `see its state: aws kms describe-key${key === null ? "" : ` --key-id ${key}`}`,
      );
    case "InvalidKeyUsageException":
      return refused("ACCESS_DENIED", `${named} is not made for encrypting`, "name a symmetric key");
  }
  return explain(error, { doing: `${DOING[action]} ${named}`, action: `kms:${action}`, resource: key ?? "*" }, aws);
}

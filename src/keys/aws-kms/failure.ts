import type { Aws } from "../../aws/aws.js";
import { explain } from "../../aws/explain.js";
import { describeFailure } from "../../aws/failure.js";
import { CofferError } from "../../errors.js";

/** The call that failed, as KMS names it. */
export type KmsAction = "DescribeKey" | "GenerateDataKey" | "Encrypt" | "Decrypt";

const DOING: Readonly<Record<KmsAction, string>> = {
  DescribeKey: "look up the master key",
  GenerateDataKey: "make a data key under",
  Encrypt: "wrap a data key under",
  Decrypt: "open a data key under",
};

/** What an error of KMS means: https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html#API_Decrypt_Errors */
export function explainKms(
  error: unknown,
  action: KmsAction,
  key: string,
  aws: Pick<Aws, "profile" | "region">,
): unknown {
  if (error instanceof CofferError) return error;
  const { code, message } = describeFailure(error);
  const known = (as: CofferError["code"], what: string, hint: string): CofferError =>
    new CofferError(as, what, { hint, cause: error });
  switch (code) {
    case "InvalidCiphertextException":
      return known(
        "INTEGRITY",
        `a data key does not open under ${key} as it should`,
        "run `coffer verify`; restore what is damaged from a backup",
      );
    case "IncorrectKeyException":
      return known(
        "ACCESS_DENIED",
        `a data key was wrapped by another master key than ${key}`,
        "use the key that it was made with; if it is not yours, somebody replaced what was stored",
      );
    case "DisabledException":
      return known(
        "ACCESS_DENIED",
        `the master key ${key} is disabled`,
        `whoever administers it can enable it: aws kms enable-key --key-id ${key}`,
      );
    case "KMSInvalidStateException":
      return /pending (replica )?deletion/i.test(message)
        ? known(
            "ACCESS_DENIED",
            `the master key ${key} is going to be deleted`,
            `stop that at once, then enable it: aws kms cancel-key-deletion --key-id ${key}`,
          )
        : known(
            "ACCESS_DENIED",
            `the master key ${key} cannot be used in the state it is in`,
            `see its state: aws kms describe-key --key-id ${key}`,
          );
    case "InvalidKeyUsageException":
      return known(
        "ACCESS_DENIED",
        `the key ${key} is not made for encrypting`,
        "name a symmetric key whose usage is ENCRYPT_DECRYPT",
      );
    case "NotFoundException":
      // A program must not take a lost master key for a secret that is not there; only who is still looking for the key is told that it was not found.
      return known(
        action === "DescribeKey" ? "NOT_FOUND" : "ACCESS_DENIED",
        `there is no master key ${key}${aws.region === undefined ? "" : ` in ${aws.region}`}`,
        "look at its name, at the region and at the account",
      );
    default:
      return explain(error, { doing: `${DOING[action]} ${key}`, action: `kms:${action}`, resource: key }, aws);
  }
}

import { type Answer, errorAnswer } from "./answer.js";
import { type AwsRequest, parseJson, textField } from "./request.js";

type KeyState = "Disabled" | "PendingDeletion";

/** What a ciphertext was made under. */
interface Origin {
  readonly key: string;
  readonly context: string;
}

/**
 * What KMS enforces and the emulator does not: exact contexts (it joins names and values without a border between), the states of keys, and which error
 * it is that a ciphertext was made under another key. It watches what passes, and so knows every ciphertext that this emulator ever made.
 * Errors are those of https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html
 */
export class KmsRules {
  readonly #states = new Map<string, KeyState>();
  readonly #made = new Map<string, Origin>();

  /** KMS's refusal, where it would refuse what the emulator would let pass. */
  refuse(request: AwsRequest): Answer | null {
    if (request.service !== "kms") return null;
    const input = parseJson(request.body);
    const refused = (status: number, code: string, message: string): Answer =>
      errorAnswer(request, status, code, message);
    const ciphertext = textField(input, "CiphertextBlob");
    const made = ciphertext === undefined ? undefined : this.#made.get(ciphertext);
    if (request.action === "Decrypt") {
      const empty = ciphertext === undefined || ciphertext === "";
      if (empty) return refused(400, "ValidationException", "1 validation error detected: ciphertextBlob is too short");
      if (made === undefined) return refused(400, "InvalidCiphertextException", "");
    }
    if (USES.includes(request.action)) {
      const key = textField(input, "KeyId");
      const state = this.#states.get(keyIdOf(key ?? made?.key ?? ""));
      const arn = key ?? "";
      if (state === "Disabled") return refused(400, "DisabledException", `${arn} is disabled.`);
      if (state === "PendingDeletion") return refused(400, "KMSInvalidStateException", `${arn} is pending deletion.`);
    }
    if (request.action !== "Decrypt" || made === undefined) return null;
    const named = textField(input, "KeyId");
    if (named !== undefined && !named.includes("alias/") && keyIdOf(named) !== keyIdOf(made.key)) {
      return refused(
        400,
        "IncorrectKeyException",
        "The key ID in the request does not identify a CMK that can perform this operation.",
      );
    }
    return made.context === contextOf(input) ? null : refused(400, "InvalidCiphertextException", "");
  }

  /** Takes notice of what was done. */
  see(request: AwsRequest, answer: Answer): void {
    if (request.service !== "kms" || answer.status !== 200) return;
    const input = parseJson(request.body);
    const output = parseJson(answer.body);
    const ciphertext = textField(output, "CiphertextBlob");
    const key = textField(output, "KeyId");
    if (ciphertext !== undefined && key !== undefined) this.#made.set(ciphertext, { key, context: contextOf(input) });
    const named = keyIdOf(textField(input, "KeyId") ?? "");
    if (request.action === "DisableKey") this.#states.set(named, "Disabled");
    // A key whose deletion was called off is disabled until it is enabled.
    if (request.action === "CancelKeyDeletion") this.#states.set(named, "Disabled");
    if (request.action === "ScheduleKeyDeletion") this.#states.set(named, "PendingDeletion");
    if (request.action === "EnableKey") this.#states.delete(named);
  }
}

const USES = ["Decrypt", "Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "ReEncrypt"];

/** `1234abcd-…` of an ARN or of itself. */
function keyIdOf(key: string): string {
  return key.slice(key.lastIndexOf("/") + 1);
}

function contextOf(input: Readonly<Record<string, unknown>>): string {
  const context = input.EncryptionContext;
  const pairs = typeof context === "object" && context !== null ? Object.entries(context) : [];
  return JSON.stringify(pairs.sort(([a], [b]) => (a < b ? -1 : 1)));
}

import { type Answer, errorAnswer } from "./answer.js";
import type { AwsRequest } from "./request.js";

/**
 * Keeps the policies of buckets itself: the emulator does not read the conditions in them, so that a policy which refuses some requests would refuse them all. What a policy
 * refuses is for the simulator in test/policy to say.
 */
export class BucketPolicies {
  readonly #policies = new Map<string, Buffer>();

  /** The answer to what is asked of a policy; null for all else. */
  answer(request: AwsRequest): Answer | null {
    const { service, method, target, resource, body } = request;
    if (service !== "s3" || resource.includes("/") || !/[?&]policy(?:[=&]|$)/.test(target)) return null;
    if (method === "PUT") this.#policies.set(resource, body);
    if (method === "DELETE") this.#policies.delete(resource);
    if (method !== "GET") return { status: 204, headers: {}, body: Buffer.alloc(0) };
    const policy = this.#policies.get(resource);
    if (policy === undefined) return errorAnswer(request, 404, "NoSuchBucketPolicy");
    const headers = { "content-type": "application/json", "content-length": String(policy.byteLength) };
    return { status: 200, headers, body: policy };
  }
}

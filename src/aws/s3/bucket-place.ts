import type { S3Client } from "@aws-sdk/client-s3";
import { type BucketLocationConstraint, CreateBucketCommand, GetBucketLocationCommand } from "@aws-sdk/client-s3";
import { CofferError } from "../../errors.js";
import { describeFailure } from "../failure.js";

type Options = { readonly abortSignal?: AbortSignal };

/** The region that a bucket is in. Throws the SDK's errors. */
export async function findLocation(client: S3Client, bucket: string, options: Options): Promise<string> {
  const { LocationConstraint } = await client.send(new GetBucketLocationCommand({ Bucket: bucket }), options);
  // Two regions have names of the time when there were no others: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html
  if (!LocationConstraint) return "us-east-1";
  return LocationConstraint === "EU" ? "eu-west-1" : LocationConstraint;
}

/** The time of an answer, be it a refusal; null where it does not say. Throws where there is no answer. */
export async function readTime(client: S3Client, bucket: string, options: Options): Promise<Date | null> {
  const command = new GetBucketLocationCommand({ Bucket: bucket });
  let date: string | undefined;
  command.middlewareStack.add(
    (next) => async (call) => {
      const answer = await next(call);
      date = dateOf(answer.response);
      return answer;
    },
    { step: "deserialize", priority: "low", name: "readTime" },
  );
  try {
    await client.send(command, options);
  } catch (error) {
    date = dateOf(Object(error).$response);
    if (date === undefined) throw error;
  }
  const time = new Date(date ?? Number.NaN);
  return Number.isNaN(time.getTime()) ? null : time;
}

/** True where it was made, false where it was there and ours. Throws `CONFLICT` where it is somebody else's, and the SDK's errors. */
export async function createBucket(
  client: S3Client,
  bucket: string,
  region: string,
  options: Options,
): Promise<boolean> {
  // The first region is the one that must not be named.
  const place =
    region === "us-east-1"
      ? {}
      : // The SDK's list of regions is as old as the SDK.
        { CreateBucketConfiguration: { LocationConstraint: region as BucketLocationConstraint } };
  try {
    await client.send(new CreateBucketCommand({ Bucket: bucket, ...place }), options);
    return true;
  } catch (error) {
    const { code } = describeFailure(error);
    if (code === "BucketAlreadyOwnedByYou") return false;
    if (code !== "BucketAlreadyExists") throw error;
    throw new CofferError("CONFLICT", `the bucket ${bucket} is somebody else's`, {
      hint: "buckets share their names with all of AWS: choose another one, for instance with your company's name in it",
      cause: error,
    });
  }
}

function dateOf(response: unknown): string | undefined {
  // An HTTP response, or whatever else: reading a field of it does not fail.
  const { headers } = Object(response) as { headers?: unknown };
  const { date } = Object(headers) as { date?: unknown };
  return typeof date === "string" ? date : undefined;
}

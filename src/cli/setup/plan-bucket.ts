import { isMissingRight } from "../../aws/denial.js";
import { CofferError } from "../../errors.js";
import { BUCKET_SETTINGS, type BucketPlace } from "../cloud/bucket-settings.js";
import type { Step } from "./step.js";

/** What a bucket lacks, in order. Throws `ACCESS_DENIED` where it cannot be looked at, `USAGE` where it is in another region. */
export async function planBucket(place: BucketPlace): Promise<{ exists: boolean; steps: readonly Step[] }> {
  const { bucket } = place;
  const resource = `s3://${bucket.name}`;
  const region = await bucket.region();
  const location = await bucket.location().catch((error: unknown) => {
    throw isMissingRight(error) ? closed(bucket.name, error) : error;
  });
  if (location !== null && location !== region) throw elsewhere(bucket.name, location, region);
  const make: Step = {
    resource,
    what: `make the bucket, in ${region}`,
    // Made by somebody else of ours meanwhile it is as good.
    act: async () => void (await bucket.create()),
  };
  const steps: Step[] = location === null ? [make] : [];
  for (const setting of BUCKET_SETTINGS) {
    // What is to be made has nothing yet.
    if (location !== null && (await setting.look(place)).fine) continue;
    steps.push({ resource, what: setting.remedy, act: () => setting.arrange(place) });
  }
  return { exists: location !== null, steps };
}

function closed(bucket: string, cause: CofferError): CofferError {
  return new CofferError("ACCESS_DENIED", `the bucket ${bucket} is somebody else's, or you may not look at it`, {
    hint: `if it is yours, this takes s3:GetBucketLocation and what \`coffer policy admin\` prints; else choose another name`,
    cause: cause.cause,
  });
}

function elsewhere(bucket: string, location: string, region: string): CofferError {
  return new CofferError("USAGE", `the bucket ${bucket} is in ${location}, and not in ${region}`, {
    hint: `give --region ${location}, or region in the profile`,
  });
}

import type { Aws } from "../aws.js";

/** Where S3's requests go, if that is none of AWS's own endpoints; else null. Asks nobody. */
export async function findForeignEndpoint(aws: Aws): Promise<string | null> {
  const direct = aws.direct?.find("s3", aws.region) ?? null;
  if (direct !== null) return direct.isForeign ? direct.url.href : null;
  const { findOtherEndpoint, makeS3Client } = await import("./sdk.js");
  const { makeQuietly } = await import("../aws.js");
  const client = makeQuietly(() => makeS3Client(aws));
  try {
    return await findOtherEndpoint(client);
  } finally {
    client.destroy();
  }
}

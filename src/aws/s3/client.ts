import type { Aws } from "../aws.js";
import { openLazily } from "../lazy-sdk.js";
import type { S3 } from "./calls.js";
import { openDirectS3 } from "./direct.js";

export type {
  S3,
  S3Condition,
  S3Page,
  S3Version,
  S3VersionPage,
  S3VersionPlace,
} from "./calls.js";

/** Reads and writes go the direct way where there is one, all else through the SDK, which is loaded when it is needed. */
export function openS3(aws: Aws, bucket: string): S3 {
  const sdk = openLazily(async () => (await import("./sdk.js")).openS3Sdk(aws, bucket));
  const direct = openDirectS3(aws, bucket);
  if (direct === null) sdk.prepare(() => {});
  return {
    isForeign: direct?.isForeign ?? (async () => (await sdk.open()).isForeign()),
    get: direct?.get ?? (async (...call) => (await sdk.open()).get(...call)),
    put: direct?.put ?? (async (...call) => (await sdk.open()).put(...call)),
    list: direct?.list ?? (async (...call) => (await sdk.open()).list(...call)),
    delete: direct?.delete ?? (async (...call) => (await sdk.open()).delete(...call)),
    listVersions: async (...call) => (await sdk.open()).listVersions(...call),
    deleteVersion: async (...call) => (await sdk.open()).deleteVersion(...call),
    close() {
      direct?.close();
      sdk.close();
    },
  };
}

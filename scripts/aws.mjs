// `npm run aws`: an emulator of S3 and KMS behind the tests' proxy, with a bucket and a key, for trying things out by hand. Prints what to
// export on stdout, then runs until it is stopped:   eval "$(npm run --silent aws &)"   or in another terminal.
import { fileURLToPath } from "node:url";
import { startCloud } from "./load-cloud.mjs";

const cloud = await startCloud(fileURLToPath(new URL("..", import.meta.url)));
if (cloud === null) process.exit(1);
const [bucket, key] = [await cloud.newBucket(), await cloud.newKey()];
for (const [name, value] of Object.entries({
  ...cloud.env,
  COFFER_STORE: `s3://${bucket}`,
  COFFER_KEY: `aws-kms:${key}`,
})) {
  console.log(`export ${name}='${value}'`);
}
console.error(
  "aws: ready; export these in another terminal, then: coffer init. Stop it with Ctrl-C; what it holds is gone then",
);
const stop = async () => {
  await cloud.stop();
  process.exit(0);
};
process.once("SIGINT", stop);
process.once("SIGTERM", stop);

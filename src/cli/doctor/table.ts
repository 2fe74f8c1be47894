import { bucket, bucketSettings, generate, identity, keyRotation, keyState, region } from "./aws-checks.js";
import type { CheckRow } from "./check.js";
import { clock, compareAndSet, dataKeys, decrypt, rubbish, skew, write } from "./content-checks.js";
import { folderMode, keyMode } from "./folder-checks.js";
import { key, list, memory, pins, read, settings, store } from "./store-checks.js";

/** All that `doctor` looks at, in the order in which it is told. */
export const CHECKS: readonly CheckRow[] = [
  settings,
  identity,
  bucket,
  region,
  store,
  key,
  keyState,
  keyRotation,
  pins,
  folderMode,
  keyMode,
  ...bucketSettings,
  compareAndSet,
  list,
  read,
  write,
  decrypt,
  generate,
  dataKeys,
  memory,
  clock,
  skew,
  rubbish,
];

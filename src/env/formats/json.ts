import { encodeJsonEnv, parseJsonEnv } from "../json-env.js";
import type { Format } from "./format.js";

/** One object of strings. Carries every name and every text. */
export const json: Format = { encode: encodeJsonEnv, parse: parseJsonEnv };

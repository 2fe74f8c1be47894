import { encodeDotenv } from "../encode-dotenv.js";
import { parseDotenv } from "../parse-dotenv.js";
import type { Format } from "./format.js";

/** For Node's `--env-file` (20, 22 and 24) and the `dotenv` package. Our `dotenv` keeps to what they read, too. */
export const nodeDotenv: Format = { encode: (entries) => encodeDotenv(entries), parse: parseDotenv };

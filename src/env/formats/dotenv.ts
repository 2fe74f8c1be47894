import { encodeDotenv } from "../encode-dotenv.js";
import { parseDotenv } from "../parse-dotenv.js";
import type { Format } from "./format.js";

/** What our own parser, Node and the `dotenv` package read alike. */
export const dotenv: Format = { encode: (entries) => encodeDotenv(entries), parse: parseDotenv };

import { test } from "vitest";
import { type Consumer, prove } from "./proof.js";
import { isThere, runIn } from "./run.js";

const GEM = isThere("ruby", ["-e", 'require "dotenv"'], "the format ruby-dotenv", { needed: false });
// Version 3 has another way in.
const PARSE =
  'Dotenv.respond_to?(:parse) ? Dotenv.parse("file") : Dotenv::Parser.call(File.read("file", mode: "rb:UTF-8"), true)';
const SCRIPT = `require "json"; require "dotenv"; print JSON.generate(${PARSE})`;

const consume: Consumer = async (bytes) =>
  new Map(Object.entries<string>(JSON.parse((await runIn({ file: bytes }, "ruby", ["-e", SCRIPT])).toString("utf8"))));

test.skipIf(!GEM)("the dotenv gem reads exactly what is not refused", () => prove("ruby-dotenv", consume));

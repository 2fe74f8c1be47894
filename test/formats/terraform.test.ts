import { test } from "vitest";
import { type Consumer, prove } from "./proof.js";
import { isThere, runIn } from "./run.js";

const there = isThere("terraform", ["version"], "the format tfvars", { needed: false });

const consume: Consumer = async (bytes, names) => {
  const declared = names.map((name) => `variable "${name}" { type = string }\n`).join("");
  const asked = `echo 'jsonencode({${names.map((name) => `${name} = base64encode(var.${name})`).join(", ")}})' | terraform console -no-color -var-file=own.tfvars`;
  const output = await runIn({ "main.tf": declared, "own.tfvars": bytes, "ask.sh": asked }, "sh", ["ask.sh"]);
  // The console shows a text as it would be typed, so what could need an escape is hidden from it.
  const read = Object.entries<string>(JSON.parse(JSON.parse(output.toString("utf8"))));
  return new Map(read.map(([name, base64]) => [name, Buffer.from(base64, "base64").toString("utf8")]));
};

test.skipIf(!there)("terraform reads exactly what is not refused", () => prove("tfvars", consume));

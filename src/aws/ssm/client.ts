import type { Aws } from "../aws.js";
import { openLazily } from "../lazy-sdk.js";
import { describeParameter, listOf, readParameter, writeFilter, writeInput } from "./answer.js";
import { isNamed, openAsking } from "./asking.js";
import type { Ssm } from "./calls.js";
import { openDirectSsm } from "./direct.js";
import type { SsmWire } from "./wire.js";
import { writeParameter } from "./writing.js";

export type { Filter, Parameter, ParameterInfo, Ssm, Tier } from "./calls.js";

/** How many names GetParameters takes. */
const BATCH = 10;

/** Opens Parameter Store, the direct way where there is one. Nothing is asked before there is a question. */
export function openSsm(aws: Aws): Ssm {
  const wire = openSsmWire(aws);
  const asking = openAsking(aws, wire);
  return {
    async get(names, { decrypt }, signal) {
      const answers = await Promise.all(
        inBatches([...new Set(names)]).map((Names) =>
          asking.call("GetParameters", { input: { Names, WithDecryption: decrypt }, about: nameAll(Names), signal }),
        ),
      );
      return answers.flatMap(({ Parameters }) => listOf(Parameters)).map((each) => readParameter(each, decrypt));
    },
    async getByPath(path, { recursive, decrypt }, signal) {
      const input = { Path: path, Recursive: recursive, WithDecryption: decrypt, MaxResults: 10 };
      const found = await asking.collect("GetParametersByPath", { input, about: path, signal });
      return eachOnce(found.map((each) => readParameter(each, decrypt)));
    },
    async describe(filters, signal) {
      const chosen = filters.length === 0 ? {} : { ParameterFilters: filters.map(writeFilter) };
      const input = { MaxResults: 50, ...chosen };
      const found = await asking.collect("DescribeParameters", { input, about: "*", signal });
      return eachOnce(found.map(describeParameter));
    },
    async history(name, signal) {
      const input = { Name: name, WithDecryption: false, MaxResults: 50 };
      try {
        return (await asking.collect("GetParameterHistory", { input, about: name, signal })).map(describeParameter);
      } catch (error) {
        if (isNamed(error, "ParameterNotFound")) return [];
        throw error;
      }
    },
    async put(parameter, signal) {
      const question = { input: writeInput(parameter), about: parameter.name, signal };
      const { answer, refusal, isRepeated } = await writeParameter(asking, "PutParameter", question);
      if (answer !== null) return { version: Number(answer.Version), isRepeated };
      if (isNamed(refusal, "ParameterAlreadyExists")) return { version: null, isRepeated };
      throw asking.explain(refusal, "PutParameter", parameter.name);
    },
    async delete(name, signal) {
      const question = { input: { Name: name }, about: name, signal };
      const { answer, refusal, isRepeated } = await writeParameter(asking, "DeleteParameter", question);
      if (answer !== null) return true;
      // What is not there after an answer that was lost was taken away by us.
      if (isNamed(refusal, "ParameterNotFound")) return isRepeated;
      throw asking.explain(refusal, "DeleteParameter", name);
    },
    async assertRegion() {
      try {
        await wire.region();
      } catch (error) {
        throw asking.explain(error, "GetParameters", "*");
      }
    },
    close: () => wire.close(),
  };
}

/** The direct way where there is one, else the SDK, which is loaded when it is needed. */
function openSsmWire(aws: Aws): SsmWire {
  const direct = openDirectSsm(aws);
  if (direct !== null) return direct;
  const sdk = openLazily(async () => (await import("./sdk.js")).openSsmSdk(aws));
  return {
    call: async (action, input, signal) => (await sdk.open()).call(action, input, signal),
    region: async () => (await sdk.open()).region(),
    close: () => sdk.close(),
  };
}

/** What is written while pages are read may stand on two of them; the later one is the newer. */
function eachOnce<T extends { readonly name: string }>(found: readonly T[]): T[] {
  return [...new Map(found.map((each) => [each.name, each])).values()];
}

function inBatches(names: readonly string[]): string[][] {
  const batches: string[][] = [];
  for (let at = 0; at < names.length; at += BATCH) batches.push(names.slice(at, at + BATCH));
  return batches;
}

function nameAll(names: readonly string[]): string {
  const [first = "", ...others] = names;
  return others.length === 0 ? first : `${first} and ${others.length} more`;
}

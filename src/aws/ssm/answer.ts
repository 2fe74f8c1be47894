import { Sensitive } from "../../core/sensitive.js";
import type { Filter, Parameter, ParameterInfo, ParameterInput } from "./calls.js";
import type { Fields } from "./wire.js";

/** What the fields of a parameter say, its value among them where it was decrypted. */
export function readParameter(fields: Fields, decrypted: boolean): Parameter {
  const { Name, Selector, Version, LastModifiedDate, Value } = fields;
  return {
    name: textOr(Name) ?? "",
    selector: textOr(Selector) ?? "",
    version: Number(Version),
    modified: timeOr(LastModifiedDate),
    value: decrypted ? Sensitive.fromText(textOr(Value) ?? "") : null,
  };
}

/** The same of what is said without a value. */
export function describeParameter(fields: Fields): ParameterInfo {
  const { Name, Version, LastModifiedDate, LastModifiedUser, Description, KeyId, Type, Labels } = fields;
  return {
    name: textOr(Name) ?? "",
    version: Number(Version),
    modified: timeOr(LastModifiedDate),
    author: textOr(LastModifiedUser) ?? null,
    description: textOr(Description) ?? null,
    key: textOr(KeyId) ?? null,
    type: textOr(Type) ?? "",
    labels: Array.isArray(Labels) ? Labels.filter((label) => typeof label === "string") : [],
  };
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html */
export function writeInput({ name, value, isNew, description, key, tier }: ParameterInput): Fields {
  return {
    Name: name,
    Value: Buffer.from(value.reveal()).toString("utf8"),
    Type: "SecureString",
    Overwrite: isNew !== true,
    ...(description === undefined ? {} : { Description: description }),
    ...(key === undefined ? {} : { KeyId: key }),
    ...(tier === undefined ? {} : { Tier: tier }),
  };
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ParameterStringFilter.html */
export function writeFilter(filter: Filter): Fields {
  if ("path" in filter) {
    return { Key: "Path", Option: filter.recursive ? "Recursive" : "OneLevel", Values: [filter.path] };
  }
  if ("names" in filter) return { Key: "Name", Option: "Equals", Values: filter.names };
  return "key" in filter ? { Key: "KeyId", Values: [filter.key] } : { Key: "Type", Values: [filter.type] };
}

/** The parts of a list, as far as they are objects. */
export function listOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "object" && each !== null) : [];
}

function textOr(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A date, or seconds since 1970. */
function timeOr(value: unknown): Date | null {
  if (value instanceof Date) return value;
  return typeof value === "number" ? new Date(Math.round(value * 1000)) : null;
}

import { CofferError } from "../../errors.js";
import { parseStoreAddress } from "../../stores/store-address.js";
import { literalInPattern } from "../iam-text.js";
import type { Permissions, PolicyRequest } from "../policy-request.js";
import type { Role } from "../role.js";
import { type Condition, oneOrMany, type Statement } from "../statement.js";
import { callsOf, type MesserCall, type MesserVerb } from "./messer-calls.js";
import { findDataKeyPermissions } from "./plain-data-keys.js";

/** The commands that a role runs. */
const ROLE_COMMANDS: Readonly<Record<Exclude<Role, "submitter">, readonly MesserVerb[]>> = {
  reader: ["show --decrypt", "encryption list"],
  editor: [
    "show --decrypt",
    "encryption list",
    "bag create",
    "from file",
    "item delete",
    "bulk re-encrypt",
    "bulk copy",
  ],
  admin: [
    "show --decrypt",
    "encryption list",
    "bag create",
    "from file",
    "item delete",
    "bulk re-encrypt",
    "bulk copy",
    "bulk rotate-keys",
    "encryption create",
    "encryption increment",
    "encryption delete",
  ],
  auditor: ["show", "encryption list"],
};

/**
 * messer's two buckets and its master key: what a role's commands call. A namespace of one part is a data bag, with all its items; the data keys of a tier are for all of it. Throws
 * `UNSUPPORTED` for submitters.
 */
export function findPermissions(request: PolicyRequest): Permissions {
  const { role } = request;
  if (role === "submitter") {
    throw new CofferError("UNSUPPORTED", "nothing can be handed in to a store of messer", {
      hint: "an editor writes, and reads what is there",
    });
  }
  const calls = new Set(ROLE_COMMANDS[role].flatMap((verb) => [...callsOf(verb)]));
  const place = readPlace(request);
  const key = findDataKeyPermissions(
    request,
    KEY_OPERATIONS.filter(([call]) => calls.has(call)).map(([, operation]) => operation),
  );
  return { statements: [...objectStatements(calls, place), ...(key?.statements ?? [])], key };
}

const KEY_OPERATIONS = [
  ["decrypt", "Decrypt"],
  ["generate", "GenerateDataKey"],
  ["generate unseen", "GenerateDataKeyWithoutPlaintext"],
] as const;

interface Place {
  readonly secrets: string;
  readonly keys: string;
  /** Patterns of the keys of items and bags. */
  readonly items: readonly string[];
  /** The pattern of everything in the tier, which who deletes a key has to look at. */
  readonly tier: string;
  /** The folders on the way to the bags, which who makes a bag makes as well. */
  readonly folders: readonly string[];
}

function readPlace({ store, key: { partition }, scope }: PolicyRequest): Place {
  const { authority, path, parameters } = parseStoreAddress(store, ["keys", "key", "master-key", "encryption-context"]);
  const prefix = path === "" ? "" : `${literalInPattern(path)}/`;
  const parts = path === "" ? [] : path.split("/");
  return {
    secrets: `arn:${partition}:s3:::${authority}`,
    keys: `arn:${partition}:s3:::${parameters.get("keys") ?? ""}`,
    items:
      scope.namespaces.length === 0
        ? [`${prefix}*`]
        : scope.namespaces.flatMap((each) => patternsOf(prefix, each, scope.recursive)),
    tier: parts[0] === undefined ? "*" : `${literalInPattern(parts[0])}/*`,
    folders: parts.map((_, index) => `${literalInPattern(parts.slice(0, index + 1).join("/"))}/`),
  };
}

function patternsOf(prefix: string, namespace: string, recursive: boolean): string[] {
  const key = prefix + literalInPattern(namespace);
  if (namespace === "") return [`${prefix}*`];
  // A bag's own object ends in a slash.
  if (!namespace.includes("/")) return [`${key}/*`];
  return recursive ? [key, `${key}/*`] : [key];
}

/** Each put has its condition: who may only create may not overwrite. https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html */
const CREATING: Condition = { Null: { "s3:if-none-match": "false" } };
const REPLACING: Condition = { Null: { "s3:if-match": "false" } };

interface Row {
  readonly Sid: string;
  readonly action: string;
  readonly calls: readonly MesserCall[];
  readonly on: (place: Place) => readonly string[];
  readonly Condition?: Condition;
}

const inSecrets =
  (...keys: readonly (keyof Pick<Place, "items" | "folders">)[]): Row["on"] =>
  (place) =>
    keys.flatMap((each) => place[each].map((key) => `${place.secrets}/${key}`));
const inKeys: Row["on"] = ({ keys }) => [`${keys}/*`];

const OBJECTS: readonly Row[] = [
  { Sid: "ReadItems", action: "s3:GetObject", calls: ["get item", "replace item"], on: inSecrets("items") },
  {
    Sid: "ReadTier",
    action: "s3:GetObject",
    calls: ["get item of tier"],
    on: ({ secrets, tier }) => [`${secrets}/${tier}`],
  },
  {
    Sid: "CreateItems",
    action: "s3:PutObject",
    calls: ["create item"],
    on: inSecrets("items", "folders"),
    Condition: CREATING,
  },
  {
    Sid: "ReplaceItems",
    action: "s3:PutObject",
    calls: ["replace item"],
    on: inSecrets("items"),
    Condition: REPLACING,
  },
  { Sid: "DeleteItems", action: "s3:DeleteObject", calls: ["delete item"], on: inSecrets("items") },
  { Sid: "ReadKeys", action: "s3:GetObject", calls: ["get key", "replace key"], on: inKeys },
  { Sid: "CreateKeys", action: "s3:PutObject", calls: ["create key"], on: inKeys, Condition: CREATING },
  { Sid: "ReplaceKeys", action: "s3:PutObject", calls: ["replace key"], on: inKeys, Condition: REPLACING },
  { Sid: "DeleteKeys", action: "s3:DeleteObject", calls: ["delete key"], on: inKeys },
];

function objectStatements(calls: ReadonlySet<MesserCall>, place: Place): Statement[] {
  const seesTier = calls.has("get item of tier");
  const rows = OBJECTS.filter(
    (row) => row.calls.some((call) => calls.has(call)) && !(seesTier && row.Sid === "ReadItems"),
  );
  const statements = rows.map(({ Sid, action, on, Condition }): Statement => {
    return { Sid, Effect: "Allow", Action: [action], Resource: on(place), ...(Condition && { Condition }) };
  });
  return [...statements, ...listStatements(calls, place)];
}

function listStatements(calls: ReadonlySet<MesserCall>, { secrets, keys, items, tier }: Place): Statement[] {
  const prefixes = calls.has("list tier") ? [tier] : items;
  const Condition = { StringLike: { "s3:prefix": oneOrMany(prefixes) } };
  return [
    { Sid: "ListItems", Effect: "Allow", Action: ["s3:ListBucket"], Resource: [secrets], Condition },
    { Sid: "ListKeys", Effect: "Allow", Action: ["s3:ListBucket"], Resource: [keys] },
  ];
}

import { encodeHex, encodeUtf8 } from "../core/bytes.js";
import { sha256 } from "../core/ciphers.js";
import { CofferError } from "../errors.js";
import { literalInPattern } from "./iam-text.js";
import type { Condition } from "./statement.js";

/** What a bucket policy refuses to everybody. */
export interface Denial {
  readonly Sid: string;
  readonly Effect: "Deny";
  readonly Principal: "*";
  readonly Action: string;
  readonly Resource: string | readonly string[];
  readonly Condition: Condition;
}

/** A vault's place in a bucket: the bucket's ARN, and what stands before every key, empty or ended by a slash. */
export interface BucketPlace {
  readonly arn: string;
  readonly prefix: string;
}

/** Nothing of the bucket goes over a connection that others can read. https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html */
export function denyPlainConnections({ arn }: BucketPlace): Denial {
  return {
    Sid: "CofferTlsOnly",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [arn, `${arn}/*`],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}

/**
 * Below the store's prefix nothing is put that does not say what it finds there; the parts of an upload cannot say it, its end must.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
 */
export function denyUnconditionalPuts({ arn, prefix }: BucketPlace): Denial {
  return {
    Sid: `CofferConditionalWrites${placeTag(prefix)}`,
    Effect: "Deny",
    Principal: "*",
    Action: "s3:PutObject",
    Resource: `${arn}/${literalInPattern(prefix)}*`,
    Condition: {
      Null: { "s3:if-match": "true", "s3:if-none-match": "true" },
      Bool: { "s3:ObjectCreationOperation": "true" },
    },
  };
}

/** Tells what belongs to one store from what belongs to another in the same bucket, in letters and digits; empty for the whole bucket. */
export function placeTag(prefix: string): string {
  return prefix === "" ? "" : encodeHex(sha256(encodeUtf8(prefix))).slice(0, 12);
}

/** True where a policy has this denial, whatever it is called there. False for what is no policy. */
export function hasDenial(policy: string | null, wanted: Denial): boolean {
  const statements = policy === null ? [] : (readPolicy(policy)?.statements ?? []);
  return statements.some((statement) => normalize(statement) === normalize({ ...wanted }));
}

/**
 * The policy with these denials, each in the place of the statement that has its Sid, else at the end. All other statements stay as they are. Throws `CONFLICT` where a
 * statement with such a Sid is somebody else's, or the policy's version reads patterns otherwise.
 */
export function mergeDenials(policy: string | null, denials: readonly Denial[]): string {
  const known = policy === null ? { document: {}, statements: [] } : readPolicy(policy);
  if (known === null) throw conflict("the bucket's policy is of a form that is not known here");
  const { Version = policy === null ? "2012-10-17" : "2008-10-17" } = known.document;
  if (Version !== "2012-10-17" && JSON.stringify(denials).includes("${")) {
    throw conflict("the bucket's policy is of a version that cannot name the store's prefix");
  }
  const statements = [...known.statements];
  for (const denial of denials) {
    const at = statements.findIndex(({ Sid }) => Sid === denial.Sid);
    if (at === -1) statements.push({ ...denial });
    else if (statements[at]?.Effect === "Deny") statements[at] = { ...denial };
    else throw conflict(`the bucket's policy has a statement ${denial.Sid} that is not Coffer's`);
  }
  return JSON.stringify({ ...known.document, Version, Statement: statements });
}

type Fields = Readonly<Record<string, unknown>>;

function readPolicy(policy: string): { document: Fields; statements: readonly Fields[] } | null {
  try {
    const document: unknown = JSON.parse(policy);
    if (!isObject(document)) return null;
    const statements = [document.Statement ?? []].flat();
    return statements.every(isObject) ? { document, statements } : null;
  } catch {
    return null;
  }
}

/** The same text for statements that mean the same, as far as that can be seen: a list of one is one, order and Sid say nothing. */
function normalize({ Sid: _, Principal, ...rest }: Fields): string {
  const everybody = isObject(Principal) && JSON.stringify(Principal) === '{"AWS":"*"}' ? "*" : Principal;
  return JSON.stringify(sorted({ ...rest, Principal: everybody }));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(sorted).map(String).sort();
    return items.length === 1 ? items[0] : items;
  }
  if (!isObject(value)) return String(value);
  return Object.keys(value)
    .sort()
    .map((name) => [name, sorted(value[name])]);
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function conflict(message: string): CofferError {
  return new CofferError("CONFLICT", message, {
    hint: "look at it: aws s3api get-bucket-policy --bucket BUCKET; change it by hand, as docs/AWS.md shows",
  });
}

import type { Aws } from "../aws.js";
import { explain } from "../explain.js";
import { describeFailure, remedyFor } from "../failure.js";
import { openPace } from "../pace.js";
import { withRetries } from "../retries.js";
import { listOf } from "./answer.js";
import type { Fields, SsmAction, SsmWire } from "./wire.js";

/** How many requests at a time: an account has 40 a second, unless it pays for more. https://docs.aws.amazon.com/general/latest/gr/ssm.html#limits_ssm */
const AT_ONCE = 10;

/** What is asked for, of what, and until when. */
export interface Question {
  readonly input: Fields;
  /** The parameter or path, for who reads of a failure. */
  readonly about: string;
  readonly signal: AbortSignal | undefined;
}

/** How requests are sent: a few at a time, and again where that may help. */
export interface Asking {
  /** Throws what AWS answers; `around` is there at each attempt. */
  send(action: SsmAction, question: Question, around?: Around): Promise<Fields>;
  /** Throws what that means. */
  call(action: SsmAction, question: Question): Promise<Fields>;
  /** The parts of all pages. */
  collect(action: SsmAction, question: Question): Promise<Fields[]>;
  explain(error: unknown, action: SsmAction, about: string): unknown;
}

export type Around = (attempt: () => Promise<Fields>) => Promise<Fields>;

export function openAsking(aws: Aws, wire: SsmWire): Asking {
  const pace = openPace(AT_ONCE);
  const asking: Asking = {
    send(action, { input, signal }, around = (attempt) => attempt()) {
      const attempt = (): Promise<Fields> => around(() => wire.call(action, input, signal));
      const remedy: typeof remedyFor = (error, attempts) => {
        const found = remedyFor(error, attempts);
        if (found === "slower") pace.slowDown();
        return found;
      };
      return pace(() => withRetries(aws, signal, attempt, remedy));
    },
    async call(action, question) {
      try {
        return await asking.send(action, question);
      } catch (error) {
        question.signal?.throwIfAborted();
        throw asking.explain(error, action, question.about);
      }
    },
    async collect(action, question) {
      const items: Fields[] = [];
      let token: unknown;
      do {
        const input = token === undefined ? question.input : { ...question.input, NextToken: token };
        const { Parameters, NextToken } = await asking.call(action, { ...question, input });
        items.push(...listOf(Parameters));
        token = NextToken || undefined;
      } while (token !== undefined);
      return items;
    },
    explain(error, action, about) {
      const name = about.replace(/^\//, "");
      const resource = `arn:aws:ssm:${aws.region ?? "*"}:*:${about === "*" ? about : `parameter/${name}`}`;
      const asked = {
        doing: `${DOING[action]} ${about === "*" ? "parameters" : about}`,
        action: `ssm:${action}`,
        resource,
      };
      return explain(error, asked, aws);
    },
  };
  return asking;
}

const DOING: Readonly<Record<SsmAction, string>> = {
  GetParameters: "read",
  GetParametersByPath: "read what is below",
  DescribeParameters: "list",
  GetParameterHistory: "read the history of",
  PutParameter: "write",
  DeleteParameter: "delete",
};

/** True for the error that AWS calls so, explained or not. */
export function isNamed(error: unknown, code: string): boolean {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return describeFailure(cause).code === code;
}

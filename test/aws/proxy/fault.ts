/**
 * What goes wrong with a request.
 *
 * - `answer` an error is answered; `before` the request took effect (which it then never does), or `after`
 * - `cut` the connection is cut, before or after
 * - `silent` nothing is done and nothing answered, until the client goes away
 * - `late` the same, but when `deliver` is called the request takes effect after all
 * - `delay` it is passed on after so many ms
 * - `truncate` the answer's body ends half-way, and the connection with it
 * - `alter` a byte in the middle of the answer's body is another one
 * - `header` the answer lacks this header, or has another value of it
 */
export type Fault =
  | {
      readonly kind: "answer";
      readonly when: "before" | "after";
      readonly status: number;
      readonly code: string;
      readonly message?: string;
    }
  | { readonly kind: "cut"; readonly when: "before" | "after" }
  | { readonly kind: "silent" | "late" | "truncate" | "alter" }
  | { readonly kind: "delay"; readonly ms: number }
  | { readonly kind: "header"; readonly name: string; readonly value: string | null };

/** S3's and KMS's own answers, to be planned by name. */
export const FAULTS = {
  internal: { kind: "answer", when: "before", status: 500, code: "InternalError" },
  internalAfter: { kind: "answer", when: "after", status: 500, code: "InternalError" },
  slowDown: {
    kind: "answer",
    when: "before",
    status: 503,
    code: "SlowDown",
    message: "Please reduce your request rate.",
  },
  slowDownAfter: { kind: "answer", when: "after", status: 503, code: "SlowDown" },
  cut: { kind: "cut", when: "before" },
  cutAfter: { kind: "cut", when: "after" },
  preconditionFailed: { kind: "answer", when: "before", status: 412, code: "PreconditionFailed" },
  preconditionFailedAfter: { kind: "answer", when: "after", status: 412, code: "PreconditionFailed" },
  conflict: { kind: "answer", when: "before", status: 409, code: "ConditionalRequestConflict" },
  conflictAfter: { kind: "answer", when: "after", status: 409, code: "ConditionalRequestConflict" },
  throttled: { kind: "answer", when: "before", status: 400, code: "ThrottlingException", message: "Rate exceeded" },
  silent: { kind: "silent" },
  late: { kind: "late" },
  truncated: { kind: "truncate" },
  altered: { kind: "alter" },
} as const satisfies Readonly<Record<string, Fault>>;

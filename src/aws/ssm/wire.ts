/** The calls of Parameter Store that we make, by AWS's names. */
export type SsmAction =
  | "GetParameters"
  | "GetParametersByPath"
  | "DescribeParameters"
  | "GetParameterHistory"
  | "PutParameter"
  | "DeleteParameter";

export type Fields = Readonly<Record<string, unknown>>;

/** Parameter Store by the names of its API: https://docs.aws.amazon.com/systems-manager/latest/APIReference. Each call is sent once. Times in answers are dates, or seconds. */
export interface SsmWire {
  call(action: SsmAction, input: Fields, signal: AbortSignal | undefined): Promise<Fields>;
  /** The region that is asked. Throws where none is given. */
  region(): Promise<string>;
  close(): void;
}

import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { type Aws, clientConfig, makeQuietly } from "./aws.js";
import { explain } from "./explain.js";
import { remedyFor } from "./failure.js";
import { withRetries } from "./retries.js";

/** Who AWS takes us for. Everybody may ask that. */
export interface CallerIdentity {
  /** Twelve digits. */
  readonly account: string;
  readonly arn: string;
}

/** Asks once who signs the requests. Throws `ACCESS_DENIED` for credentials that are missing or not believed, `UNREACHABLE`, `USAGE`. */
export async function findCallerIdentity(aws: Aws, signal?: AbortSignal): Promise<CallerIdentity> {
  const network = aws.newNetwork();
  const client = makeQuietly(() => new STSClient(clientConfig(aws, network)));
  const options = signal === undefined ? {} : { abortSignal: signal };
  try {
    const answer = await withRetries(
      aws,
      signal,
      () => client.send(new GetCallerIdentityCommand({}), options),
      remedyFor,
    );
    return { account: answer.Account ?? "", arn: answer.Arn ?? "" };
  } catch (error) {
    signal?.throwIfAborted();
    throw explain(error, { doing: "ask who we are", action: "sts:GetCallerIdentity", resource: "*" }, aws);
  } finally {
    client.destroy();
    network.close();
  }
}

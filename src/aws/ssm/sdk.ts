import {
  DeleteParameterCommand,
  DescribeParametersCommand,
  GetParameterHistoryCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  PutParameterCommand,
  SSMClient,
} from "@aws-sdk/client-ssm";
import { type Aws, clientConfig, makeQuietly } from "../aws.js";
import type { Fields, SsmAction, SsmWire } from "./wire.js";

/** What `ssm-client.ts` makes for each action is what it takes; the types of all inputs at once say nothing that could be checked here. */
type Input = never;

const COMMANDS = {
  GetParameters: (input: Fields) => new GetParametersCommand(input as Input),
  GetParametersByPath: (input: Fields) => new GetParametersByPathCommand(input as Input),
  DescribeParameters: (input: Fields) => new DescribeParametersCommand(input as Input),
  GetParameterHistory: (input: Fields) => new GetParameterHistoryCommand(input as Input),
  PutParameter: (input: Fields) => new PutParameterCommand(input as Input),
  DeleteParameter: (input: Fields) => new DeleteParameterCommand(input as Input),
} as const satisfies Record<SsmAction, unknown>;

/** All of it by the SDK. */
export function openSsmSdk(aws: Aws): SsmWire {
  const network = aws.newNetwork();
  const client = makeQuietly(() => new SSMClient(clientConfig(aws, network)));
  return {
    async call(action, input, signal) {
      // One of six classes, of which `send` has to be told one; it asks each for its own way to be sent.
      const command = COMMANDS[action](input) as GetParametersCommand;
      return { ...(await client.send(command, signal === undefined ? {} : { abortSignal: signal })) };
    },
    region: () => client.config.region(),
    close() {
      client.destroy();
      network.close();
    },
  };
}

import type { Ssm } from "../../aws/ssm/client.js";
import type { ToolWorld } from "../tool-world.js";
import type { Order } from "./arguments.js";

/** What a command of psc's works with. */
export interface Desk {
  readonly order: Order;
  readonly ssm: Ssm;
  readonly world: ToolWorld;
  /** What `set-file` stores. */
  readonly file: Uint8Array | null;
  /** Says on stderr what is done, where that is wanted. */
  debug(text: string): Promise<void>;
}

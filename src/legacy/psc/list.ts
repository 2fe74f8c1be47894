import type { Filter, ParameterInfo } from "../../aws/ssm/client.js";
import { printable } from "../../core/printable.js";
import type { Desk } from "./desk.js";
import { renderPrettyTable } from "./pretty-table.js";

const HEADER = ["Name", "Description", "Key", "Last modification"];

/** `psc ls` and `psc ll`: the SecureStrings, in the order in which AWS has them. */
export async function list({ order, ssm, world, debug }: Desk): Promise<void> {
  const key = order.option("key");
  const filters: Filter[] = [{ type: "SecureString" }, ...(key === undefined ? [] : [{ key }])];
  const found = await ssm.describe(filters, world.signal);
  await debug(`${found.length} found`);
  const isLong = order.command === "ll" || order.has("long");
  const text = isLong
    ? renderPrettyTable(HEADER, found.map(describe))
    : `${found.map(({ name }) => name).join("\n")}\n`;
  // A description may hold what acts on a terminal.
  const lines = text.split("\n");
  await world.stdout.write(world.stdout.isTerminal ? lines.map(printable).join("\n") : text);
}

function describe({ name, description, key, modified, author }: ParameterInfo): string[] {
  return [
    name,
    description ?? "",
    key ?? "",
    `${modified === null ? "None" : showTime(modified)} by ${author ?? "N/A"}`,
  ];
}

/** As Python writes a time of the local zone: https://docs.python.org/3.11/library/datetime.html#datetime.datetime.__str__ */
export function showTime(time: Date): string {
  const two = (number: number): string => String(number).padStart(2, "0");
  const day = [String(time.getFullYear()).padStart(4, "0"), two(time.getMonth() + 1), two(time.getDate())].join("-");
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(":");
  const milliseconds = time.getMilliseconds();
  const fraction = milliseconds === 0 ? "" : `.${String(milliseconds).padStart(3, "0")}000`;
  const offset = -time.getTimezoneOffset();
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60];
  return `${day} ${clock}${fraction}${offset < 0 ? "-" : "+"}${two(hours)}:${two(minutes)}`;
}

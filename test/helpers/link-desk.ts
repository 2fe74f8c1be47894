import { join } from "node:path";
import { Desk } from "../conversations/desk.js";

/** A desk with a store, and with links to helpers first on the PATH. */
export async function openLinkDesk(...tools: readonly string[]): Promise<LinkDesk> {
  const desk = new LinkDesk();
  await desk.must(["init"]);
  for (const tool of tools) await desk.must(["link", tool, "--dir", join(desk.home, "bin")]);
  return desk;
}

export class LinkDesk extends Desk {
  override env(more: Readonly<Record<string, string>> = {}): Record<string, string> {
    return super.env({ PATH: `${join(this.home, "bin")}:${process.env.PATH ?? ""}`, ...more });
  }
}

import { readdir } from "node:fs/promises";

/** The files that a path may become, folders with a slash behind; hidden ones where a dot is typed. Throws what the system throws. */
export async function findFiles(typed: string): Promise<string[]> {
  const folder = folderOf(typed, process.platform);
  const begin = typed.slice(folder.length);
  const entries = await readdir(folder === "" ? "." : folder, { withFileTypes: true });
  return entries
    .filter(({ name }) => name.startsWith(begin) && (begin !== "" || !name.startsWith(".")))
    .filter(({ name }) => !/[\p{Cc}\ufffd]/u.test(name))
    .map((entry) => `${folder}${entry.name}${entry.isDirectory() ? "/" : ""}`)
    .sort();
}

/** The folder that a path which is being typed begins with, its separator included; nothing where there is none. On Windows a `\\` separates, too. */
export function folderOf(typed: string, platform: NodeJS.Platform): string {
  const separated = platform === "win32" ? /^.*[/\\]/s : /^.*\//s;
  return separated.exec(typed)?.[0] ?? "";
}

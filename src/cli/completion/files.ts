import { readdir } from "node:fs/promises";

/** The files that a path may become, folders with a slash behind; hidden ones where a dot is typed. Throws what the system throws. */
export async function findFiles(typed: string): Promise<string[]> {
  const folder = typed.slice(0, typed.lastIndexOf("/") + 1);
  const begin = typed.slice(folder.length);
  const entries = await readdir(folder === "" ? "." : folder, { withFileTypes: true });
  return entries
    .filter(({ name }) => name.startsWith(begin) && (begin !== "" || !name.startsWith(".")))
    .filter(({ name }) => !/[\p{Cc}\ufffd]/u.test(name))
    .map((entry) => `${folder}${entry.name}${entry.isDirectory() ? "/" : ""}`)
    .sort();
}

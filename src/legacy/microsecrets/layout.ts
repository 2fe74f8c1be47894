import { compareText } from "../../core/bytes.js";

/** Where uploads of one thing lie: a service's environment (no label), or a file of it. */
export interface Place {
  readonly service: string;
  readonly label: string | null;
}

/** What all uploads of a place have before their names, with its slash. */
export function folderOf({ service, label }: Place): string {
  return label === null ? `services/${service}/environment/` : `${filesFolderOf(service)}${label.replace(/\/+$/, "")}/`;
}

/** What all files of a service have before their labels. */
export function filesFolderOf(service: string): string {
  return `services/${service}/files/`;
}

/** When an upload was made as its name says, which is to the second and in UTC; null where it says nothing. */
export function timeOfUpload(id: string): Date | null {
  const match = /^(\d{4}-\d\d-\d\d)\.(\d\d)-(\d\d)-(\d\d)\./.exec(id);
  if (match === null) return null;
  const [, date, hour, minute, second] = match;
  const time = new Date(`${date}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time.getTime()) ? null : time;
}

/** The id of an upload: `YYYY-MM-DD.HH-MM-SS.DIGEST`. */
export function uploadId(time: Date, digest: string): string {
  return `${stampOf(time)}.${digest}`;
}

/**
 * The id for an upload made now, behind the newest (null where there is none): of two uploads in one second, and where another clock is ahead, it has the next second. Null where
 * there can be none behind it.
 */
export function nextUploadId(now: Date, digest: string, newest: string | null): string | null {
  const id = uploadId(now, digest);
  if (newest === null || compareText(id, newest) > 0) return id;
  const time = timeOfUpload(newest);
  if (time === null) return null;
  const next = uploadId(new Date(time.getTime() + 1000), digest);
  return compareText(next, newest) > 0 ? next : null;
}

function stampOf(time: Date): string {
  return time.toISOString().slice(0, 19).replace("T", ".").replaceAll(":", "-");
}

/** An object's key, taken apart. */
export interface FoundUpload {
  readonly place: Place;
  readonly id: string;
}

const ENVIRONMENT_END = ".json";

/** The place and the id that a key means; null for what is no upload. A service that has a part `files` behind its first cannot be told from labels, and counts as these. */
export function parseKey(key: string): FoundUpload | null {
  const match = /^services\/(.*)\/([^/]+)$/s.exec(key);
  if (match === null) return null;
  const [, path = "", name = ""] = match;
  const parts = path.split("/");
  const files = parts.indexOf("files", 1);
  if (files > 0 && files < parts.length - 1) {
    return { place: { service: parts.slice(0, files).join("/"), label: parts.slice(files + 1).join("/") }, id: name };
  }
  if (files > 0 || parts.at(-1) !== "environment" || !name.endsWith(ENVIRONMENT_END)) return null;
  return { place: { service: parts.slice(0, -1).join("/"), label: null }, id: name.slice(0, -ENVIRONMENT_END.length) };
}

/** The key of an upload. */
export function keyOf(place: Place, id: string): string {
  return `${folderOf(place)}${id}${place.label === null ? ENVIRONMENT_END : ""}`;
}

/** The id of an upload that lies in a place; null for what lies deeper, or is none. */
export function idIn(place: Place, key: string): string | null {
  const name = key.slice(folderOf(place).length);
  if (name === "" || name.includes("/")) return null;
  if (place.label !== null) return name;
  return name.endsWith(ENVIRONMENT_END) ? name.slice(0, -ENVIRONMENT_END.length) : null;
}

/** The label under which a key of a service's files lies; null for what lies under none. */
export function parseLabel(service: string, key: string): string | null {
  const rest = key.slice(filesFolderOf(service).length);
  const slash = rest.lastIndexOf("/");
  return slash > 0 ? rest.slice(0, slash) : null;
}

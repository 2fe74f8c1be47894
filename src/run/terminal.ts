import { fstatSync, type Stats, statSync } from "node:fs";

/**
 * Whether a descriptor is a terminal. Only a device can be one, so that for files, pipes and `/dev/null` Node's `tty` is not asked: it
 * takes 3 ms to load.
 */
export function isTerminal(descriptor: number): boolean {
  return canBeTerminal(descriptor) && process.getBuiltinModule("node:tty").isatty(descriptor);
}

/** Whether it is the device that drops everything; not known on Windows. */
export function isNullDevice(stats: Stats): boolean {
  if (process.platform === "win32" || !stats.isCharacterDevice()) return false;
  return statSync("/dev/null", { throwIfNoEntry: false })?.rdev === stats.rdev;
}

function canBeTerminal(descriptor: number): boolean {
  // What Windows says of a console's descriptor is not to be relied upon.
  if (process.platform === "win32") return true;
  try {
    const stats = fstatSync(descriptor);
    return stats.isCharacterDevice() && !isNullDevice(stats);
  } catch {
    return false; // There is no such descriptor.
  }
}

import type { Sources } from "./origin.js";

/** What a setting may be said with for one time: by a flag of the command line, or by an option of the library, of this name. */
export type SettingFlag = "store" | "key" | "profile" | "namespace" | "region" | "timeout" | "project";

/** What settings are looked up in. A command line's task is one, and so is a call of the library. */
export interface Lookup {
  readonly flags: { text(name: SettingFlag): string | undefined };
  readonly world: {
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly platform: NodeJS.Platform;
    /** Ends what is under way, with its reason. */
    readonly signal: AbortSignal;
  };
  /** The project and the profile that count. */
  readonly sources: Sources;
}

/** Takes a line for the person, who may be nobody. */
export type Tell = (text: string) => void | Promise<void>;

/** One thing that is done to a program's configuration, and how it is shown before it is done. */
export interface Step {
  readonly shown: string;
  readonly act: () => Promise<void>;
}

/** How a program is told to ask Coffer, and no longer to. */
export interface Wiring {
  /** What is configured now: that it asks Coffer, that it asks somebody else (who), or nobody. */
  status(): Promise<Status>;
  /** What is to be done. Throws `CONFLICT` where somebody stands in the way whom we will not remove. */
  install(): Promise<readonly Step[]>;
  remove(): Promise<readonly Step[]>;
}

export type Status = { readonly asks: "coffer" | "nobody" } | { readonly asks: "another"; readonly who: string };

/** What wiring a program takes of what is around. */
export interface WiringDesk {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** What the program is to get: a profile of AWS, for instance. */
  readonly name: string | undefined;
  /** Makes a link of this tool's name where commands are found. */
  readonly link: (tool: string) => Step;
}

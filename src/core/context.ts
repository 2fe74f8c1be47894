/** Pairs that must be given again, exactly, to read (KMS calls it encryption context). */
export type Context = Readonly<Record<string, string>>;

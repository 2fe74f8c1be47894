/** What is made when it is first needed, since making it loads a good part of the SDK. */
export interface Lazy<Client> {
  open(): Promise<Client>;
  /** Begins to open it, and then does something with it. What goes wrong is heard by who opens it. */
  prepare(act: (client: Client) => void): void;
  /** Closes it, if it was opened. */
  close(): void;
}

export function openLazily<Client extends { close(): void }>(make: () => Promise<Client>): Lazy<Client> {
  let made: Promise<Client> | undefined;
  const open = (): Promise<Client> => {
    made ??= make();
    return made;
  };
  return {
    open,
    prepare: (act) => void open().then(act, () => {}),
    close: () =>
      void made?.then(
        (client) => client.close(),
        () => {},
      ),
  };
}

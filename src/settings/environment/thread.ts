import { MessageChannel, MessagePort, receiveMessageOnPort, Worker, workerData } from "node:worker_threads";

/** What a thread of ours is begun with. */
interface Question {
  readonly cofferAsks: MessagePort;
  /** Becomes 1 when there is an answer, or will be none. */
  readonly done: Int32Array<SharedArrayBuffer>;
}

/**
 * Runs this module in a thread, stands still until it has answered, and gives the answer; undefined where it ended without. Standing still is
 * the point: a module that awaits lets those begin that are imported beside it, and cannot be required.
 */
export function askThread(moduleUrl: string): unknown {
  const { port1, port2 } = new MessageChannel();
  const done = new Int32Array(new SharedArrayBuffer(4));
  const question: Question = { cofferAsks: port2, done };
  // Our flags would have it load what the program preloads.
  const thread = new Worker(new URL(moduleUrl), { workerData: question, transferList: [port2], execArgv: [] });
  thread.unref();
  // What could be said here it has said by not answering.
  thread.on("error", () => {});
  Atomics.wait(done, 0, 0);
  const received: { message: unknown } | undefined = receiveMessageOnPort(port1);
  port1.close();
  return received?.message;
}

/** True in a thread that is to answer, and not in one of the program's own. */
export function isAsked(): boolean {
  const data: unknown = workerData;
  return typeof data === "object" && data !== null && "cofferAsks" in data && data.cofferAsks instanceof MessagePort;
}

/** Answers with what can be cloned, and lets go of who asks, whatever happens. */
export async function answer(read: () => Promise<unknown>): Promise<void> {
  // `isAsked` has looked; nobody else begins a thread in this way.
  const { cofferAsks: port, done } = workerData as Question;
  const release = (): void => {
    Atomics.store(done, 0, 1);
    Atomics.notify(done, 0);
  };
  process.once("exit", release);
  try {
    port.postMessage(await read());
    port.close();
  } finally {
    release();
  }
}

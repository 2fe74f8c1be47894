// The library at work in a process of its own: `fill`, `open` or `put`, and what it took as JSON on stdout.
import { hrtime } from "node:process";
import { pathToFileURL } from "node:url";

const WARM_RUNS = 20;
const PUT_MS = 2000;

const [index, action, url, key, namespace, count] = process.argv.slice(2);
const started = hrtime.bigint();
const { openStore, Sensitive } = await import(pathToFileURL(index).href);
const loaded = millisecondsSince(started);

const actions = { fill, open, put };
console.log(JSON.stringify(await actions[action]()));

/** One commit of `count` secrets. */
async function fill() {
  const changes = Array.from({ length: Number(count) }, (_, index) => change(`NAME_${index}`));
  await withStore((store) => store.commit(namespace, changes));
  return { count: changes.length };
}

/** Opening the store and every value in it: the first time in this process, and then again and again. */
async function open() {
  const cold = await timeOpening();
  const warm = [];
  for (let run = 0; run < WARM_RUNS; run++) warm.push(await timeOpening());
  return { loaded, cold, warm };
}

async function timeOpening() {
  const start = hrtime.bigint();
  const bytes = await withStore(async (store) => {
    const { secrets } = await store.readAll({ namespace });
    if (secrets.length !== Number(count)) throw new Error(`opened ${secrets.length} secrets, and not ${count}`);
    return secrets.reduce((sum, { value }) => sum + value.reveal().length, 0);
  });
  if (bytes === 0) throw new Error("the values are empty");
  return millisecondsSince(start);
}

/** One commit of one value after the other, each durable before the next begins. */
async function put() {
  return withStore(async (store) => {
    const start = hrtime.bigint();
    let puts = 0;
    while (millisecondsSince(start) < PUT_MS) await store.commit(namespace, [change(`NAME_${puts++ % Number(count)}`)]);
    return { perSecond: (puts * 1000) / millisecondsSince(start) };
  });
}

function change(name) {
  return { op: "put", name, value: Sensitive.fromText(`a value of ordinary length for ${name}`) };
}

async function withStore(work) {
  const store = await openStore({ url, key });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

function millisecondsSince(start) {
  return Number(hrtime.bigint() - start) / 1e6;
}

import { CofferError } from "../../errors.js";
import type { Option } from "../command-line/option.js";
import { bulkCopy } from "./bulk-copy.js";
import { bulkList } from "./bulk-list.js";
import { bulkReEncrypt, bulkRotateKeys } from "./bulk-re-encrypt.js";
import type { Branch, Explained, Leaf, RunCommand } from "./commands.js";
import { configureAws } from "./configure.js";
import { createBag, deleteFromBag, fromFile, showBags } from "./data-bag.js";
import { createKey, incrementKey, listKeys } from "./encryption.js";
import { deleteKey } from "./encryption-delete.js";

type Argument = Leaf["positionals"][number];
type Words = Omit<Leaf, "help" | "run">;

const CONFIG: Option & Explained = {
  name: "config",
  flags: ["-c", "--config"],
  takes: "value",
  help: "the configuration; without it, the user's messer.ini",
};
const KEY_NAME: Argument = { name: "key_name", count: "one", help: "the data key" };
const BAG: Argument = { name: "name", count: "one", help: "the data bag" };
const CLOUD: Argument = { name: "cloud", count: "one", help: "aws" };

const notYet: RunCommand = async () => {
  throw new CofferError("UNSUPPORTED", "azure: not supported yet", {
    hint: "messer on AWS is; docs/legacy/messer.md says what Azure would take",
  });
};

/** A command in both clouds, with the same words. */
function clouds(help: string, words: Words, run: RunCommand, azure = words): Branch {
  return {
    help,
    commands: {
      aws: { help, ...words, run },
      azure: { help: "on Azure: not supported yet", ...azure, run: notYet },
    },
  };
}

/** The documentation writes underscores where the program has dashes: both count. */
function setting(name: string, short: string, help: string): Option & Explained {
  const dashed = `--${name.replaceAll("_", "-")}`;
  return { name, flags: [...new Set([short, dashed, `--${name}`])], takes: "value", help };
}

const NAMED_KEY: Words = { positionals: [KEY_NAME], options: [CONFIG] };

const ENCRYPTION: Branch = {
  help: "the data keys",
  commands: {
    create: clouds("make a data key, its version 0", NAMED_KEY, createKey),
    increment: clouds("make the next version of a data key", NAMED_KEY, incrementKey),
    list: clouds(
      "list the data keys, or the versions of one",
      { positionals: [{ ...KEY_NAME, count: "optional" }], options: [CONFIG] },
      listKeys,
    ),
    delete: clouds(
      "delete a data key, or one version of it; refused while items need it",
      {
        positionals: [KEY_NAME, { name: "key_version", count: "optional", help: "the version; without it, all" }],
        options: [
          CONFIG,
          { name: "no_prompt", flags: ["--no-prompt", "--no_prompt"], help: "do not ask" },
          { name: "force", flags: ["--force"], help: "also where items need it: nobody can ever read those again" },
        ],
      },
      deleteKey,
    ),
  },
};

const FROM_FILE: Words = {
  positionals: [BAG, { name: "item", count: "one", help: "a JSON file with an id; - is stdin" }],
  options: [
    { name: "force", flags: ["--force"], help: "put it in the place of one that is there" },
    {
      name: "secret_file",
      flags: ["--secret-file", "--secret_file"],
      takes: "value",
      required: true,
      help: "the data key that seals it",
    },
    {
      name: "key_version",
      flags: ["-v", "--key-version", "--key_version"],
      takes: "value",
      help: "the version of that key; the newest where it is not given",
    },
    CONFIG,
  ],
};

const ITEM: Argument = { name: "item", count: "optional", help: "the item" };
const DECRYPT: Option & Explained = {
  name: "decrypt",
  flags: ["--decrypt"],
  help: "open it, by the data key that it names",
};
const SHOW: Words = { positionals: [{ ...BAG, count: "optional" }, ITEM], options: [DECRYPT, CONFIG] };
const SHOW_AZURE: Words = {
  positionals: SHOW.positionals,
  options: [
    DECRYPT,
    setting("secret_file", "--secret-file", "the data key"),
    setting("key_version", "--key-version", "its version"),
    CONFIG,
  ],
};

const DATA: Branch = {
  help: "the data bags",
  commands: {
    bag: {
      help: "data bags and their items",
      commands: {
        create: clouds("make a data bag", { positionals: [BAG], options: [CONFIG] }, createBag),
        from: {
          help: "put an item into a data bag",
          commands: { file: clouds("from a JSON file, or from stdin", FROM_FILE, fromFile) },
        },
        show: clouds("list data bags, the items of one, or show an item", SHOW, showBags, SHOW_AZURE),
        delete: clouds(
          "delete an item, or a data bag that is empty",
          { positionals: [BAG, ITEM], options: [CONFIG] },
          deleteFromBag,
        ),
      },
    },
  },
};

const IN_CLOUD: Words = {
  positionals: [CLOUD, { name: "config", count: "one", help: "the configuration" }],
  options: [],
};

const BULK: Branch = {
  help: "all data bags at once; values are never printed",
  commands: {
    copy: {
      help: "copy all data bags and items from one configuration to others",
      positionals: [
        { name: "src_cloud", count: "one", help: "aws" },
        { name: "dest_cloud", count: "one", help: "aws" },
        { name: "src_config", count: "one", help: "the configuration to copy from" },
        { name: "dest_config", count: "some", help: "those to copy to" },
      ],
      options: [],
      run: bulkCopy,
    },
    list: { help: "list all data bags and items", ...IN_CLOUD, run: bulkList },
    "re-encrypt": { help: "seal every item under the newest version of its key", ...IN_CLOUD, run: bulkReEncrypt },
    "rotate-keys": {
      help: "make a new version of every key in use, and seal every item under it",
      ...IN_CLOUD,
      run: bulkRotateKeys,
    },
  },
};

const COMMON_SETTINGS: Words["options"] = [
  setting("master_key", "-m", "the alias of the master key, without alias/"),
  { name: "silent", flags: ["--silent"], help: "print only what was asked for" },
  setting("tier", "-e", "what the data bags of one stage lie below: dev, stage, prod"),
  { name: "print_config", flags: ["-p", "--print-config", "--print_config"], help: "print the configuration" },
  { ...CONFIG, help: "the configuration to change; made where it is not there" },
];

const AWS_SETTINGS: Words["options"] = [
  setting("secrets_bucket", "-b", "the bucket of the data bags"),
  setting("secrets_folder", "-f", "the folder of the data bags, below the tier"),
  setting("encryption_context", "-x", "what new data keys are bound to: app=billing,env=prod"),
  setting("keys_bucket", "-k", "the bucket of the data keys"),
  setting("role_arn", "-a", "the role to assume"),
  setting("role_session_name", "-s", "what the role's session is called"),
  setting("aws_profile", "-n", "a profile of AWS's own configuration"),
  setting("region", "-r", "for instance us-east-1"),
];

const AZURE_SETTINGS: Words["options"] = [
  setting("azure_subscription_id", "-s", "the subscription"),
  setting("azure_tenant_id", "-t", "the tenant"),
  setting("azure_client_id", "-n", "the client"),
  setting("azure_key_vault_uri", "-u", "the Key Vault"),
];

/** Every command, in messer's order. */
export const MESSER: Branch = {
  help: "data bags, sealed under keys of their own",
  commands: {
    data: DATA,
    configure: clouds(
      "change the configuration, and show it",
      { positionals: [], options: [...COMMON_SETTINGS, ...AWS_SETTINGS] },
      configureAws,
      { positionals: [], options: [...COMMON_SETTINGS, ...AZURE_SETTINGS] },
    ),
    encryption: ENCRYPTION,
    bulk: BULK,
  },
};

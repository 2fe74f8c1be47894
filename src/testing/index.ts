export type { ObjectStore } from "../objects/object-store.js";

/** A page that does nothing but hold a replica for the tests to steer. */
import { connectReplica, type Replica, type ReplicaDocument } from "@consilium/client";

/** What tests call inside the page. */
export interface Laboratory {
  connect(url: string): void;
  replica(): Replica;
  open(name: string): Promise<void>;
  document(name: string): ReplicaDocument;
  type(name: string, words: string): void;
  text(name: string): string;
}

let replica: Replica | undefined;
const documents = new Map<string, ReplicaDocument>();

function document(name: string): ReplicaDocument {
  const found = documents.get(name);
  if (found === undefined) {
    throw new Error(`${name} is not open in this page`);
  }
  return found;
}

const laboratory: Laboratory = {
  connect: (url) => {
    replica = connectReplica({ url });
  },
  replica: () => {
    if (replica === undefined) {
      throw new Error("not connected");
    }
    return replica;
  },
  open: async (name) => {
    const opened = laboratory.replica().open(name);
    documents.set(name, opened);
    await opened.whenReady;
  },
  document,
  type: (name, words) => {
    const body = document(name).doc.getText("body");
    body.insert(body.length, words);
  },
  text: (name) => document(name).doc.getText("body").toString(),
};

Object.assign(globalThis, { laboratory });

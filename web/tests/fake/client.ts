/** Stands in for `@consilium/client` in `vite --mode mock`: a filled replica and two people who are not there. */
import { prosemirrorToYXmlFragment } from "@tiptap/y-tiptap";
import * as Y from "yjs";
import type { ConnectionStatus, DocumentState, Replica, ReplicaDocument } from "../../../client-wasm/js/src/types.ts";
import { readMarkdown } from "../../src/editor/formats/markdown-read.ts";
import { calmState, FakeReplica } from "./replica.ts";
import sample from "./sample.md?raw";

export type * from "../../../client-wasm/js/src/types.ts";
export { uuidV7 } from "./replica.ts";

interface Scene {
  readonly status?: ConnectionStatus;
  readonly state?: Partial<DocumentState>;
  readonly alone?: boolean;
}

export function connectReplica(): Replica {
  const scene = JSON.parse(localStorage.getItem("fake.scene") ?? "{}") as Scene;
  const replica = new FakeReplica(scene.status, { ...calmState, ...scene.state });
  const doc = replica.doc("sample");
  doc.getMap("meta").set("title", "Suspected pulmonary embolism in the emergency department");
  prosemirrorToYXmlFragment(readMarkdown(sample), doc.getXmlFragment("body"));
  const open = replica.open.bind(replica);
  replica.open = (name: string) => {
    const document = open(name);
    if (scene.alone !== true) {
      addPeople(document);
    }
    return document;
  };
  return replica;
}

function addPeople(document: ReplicaDocument): void {
  const body = document.doc.getXmlFragment("body");
  const paragraph = body.toArray().filter((node): node is Y.XmlElement => node instanceof Y.XmlElement);
  const at = (block: number, offset: number): unknown => {
    const text = paragraph[block]?.get(0);
    return text instanceof Y.XmlText
      ? Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(text, offset))
      : null;
  };
  const states = document.awareness.getStates();
  states.set(101, {
    user: { name: "Ingrid Solheim", color: "#b0413e" },
    cursor: { anchor: at(0, 20), head: at(0, 20) },
  });
  states.set(102, {
    user: { name: "Tomás Ferreira", color: "#3d6bc0" },
    cursor: { anchor: at(2, 4), head: at(2, 34) },
  });
  document.awareness.emit("change", [{ added: [101, 102], updated: [], removed: [] }, "local"]);
}

/** Many people in one document, each with a replica of their own, without a browser each. */
import { connectReplica, type NodeReplica } from "@consilium/client/node";
import * as Y from "yjs";
import { announce } from "../../../src/editor/looks.ts";
import { memberCalled } from "../../../src/sync/index.ts";
import type { Server } from "./server.ts";

const NAMES = ["Ingrid", "Tomás", "Amara", "Wei", "Priya", "Yusuf", "Léa", "Kofi", "Noor", "Jürgen"] as const;
const SURNAMES = ["Solheim", "Ferreira", "Okafor", "Lindqvist", "de la Cruz"] as const;

export interface Crowd {
  leave(): Promise<void>;
}

/** Puts `count` people into the document, one cursor to a block. Settles when all are there. */
export async function gather(server: Server, name: string, count: number): Promise<Crowd> {
  const replicas: NodeReplica[] = [];
  for (let index = 0; index < count; index++) {
    const replica = connectReplica({ url: server.url });
    replicas.push(replica);
    const { doc, awareness, whenSynced } = replica.open(name);
    await whenSynced;
    const called = `${NAMES[index % NAMES.length]} ${SURNAMES[Math.floor(index / NAMES.length) % SURNAMES.length]}`;
    announce(awareness, { ...memberCalled(called), mark: 0 }, index);
    const blocks = doc.getXmlFragment("body").toArray();
    const text = blocks.filter((block) => block instanceof Y.XmlElement).map((block) => block.get(0));
    const texts = text.filter((part): part is Y.XmlText => part instanceof Y.XmlText && part.length > 0);
    const place = texts[index % texts.length];
    if (place !== undefined) {
      const position = Y.relativePositionToJSON(
        Y.createRelativePositionFromTypeIndex(place, Math.floor(place.length / 2)),
      );
      awareness.setLocalStateField("cursor", { anchor: position, head: position });
    }
  }
  return {
    leave: async () => {
      await Promise.all(replicas.map((replica) => replica.close()));
    },
  };
}

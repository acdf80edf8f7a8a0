/**
 * Writes into a folder without any server, then sends what is there.
 *
 *     node examples/draft-offline.mjs http://127.0.0.1:8787 FOLDER
 */
import { connectReplica, file, uuidV7 } from "@consilium/client/node";

const [url = "http://127.0.0.1:8787", folder = "./drafts"] = process.argv.slice(2);
const name = uuidV7();

// Nobody listens on this port: the replica works from the folder alone.
const offline = connectReplica({ url: "http://127.0.0.1:9", store: file(folder) });
const draft = offline.open(name);
await draft.whenReady;
draft.doc.getText("notes").insert(0, "Written on the train.");
await new Promise((resolve) => {
  draft.state.subscribe(({ save }) => {
    if (save === "device") {
      resolve();
    }
  });
});
await offline.close();

// Another visit, perhaps another day: the folder remembers what is unsent.
const online = connectReplica({ url, store: file(folder) });
const document = online.open(name);
await document.whenReady;
await document.flush();
console.log(`${document.doc.getText("notes")} ${document.state.value.save}`);
await online.close();

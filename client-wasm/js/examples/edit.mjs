/**
 * Scripts a document: opens it, edits it, waits until the edit is safe, and reads the text back.
 *
 *     node examples/edit.mjs http://127.0.0.1:8787 NAME
 */
import { connectReplica, memory } from "@consilium/client/node";

const [url = "http://127.0.0.1:8787", name = "example"] = process.argv.slice(2);
const replica = connectReplica({ url, store: memory(), member: { name: "Script", color: "#4a6670" } });

const document = replica.open(name);
await document.whenSynced;

const notes = document.doc.getText("notes");
notes.insert(notes.length, `Edited by a script.\n`);
document.doc.getMap("meta").set("title", "Notes of a script");

// Settles when the server has committed the edit to disk; rejects if it was refused.
await document.flush();

console.log(notes.toString());
await replica.close();

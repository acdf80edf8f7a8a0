/**
 * A real server for mail (smtp-server) as a process of its own: takes every mail, and prints each as a line of JSON.
 *
 * Argument: its port. Prints `ready` when it listens.
 */
import { SMTPServer } from "smtp-server";

const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ["STARTTLS"],
  onData(stream, session, done) {
    const chunks = [];
    stream.on("data", (chunk) => chunks.push(chunk));
    stream.on("end", () => {
      const to = session.envelope.rcptTo.map(({ address }) => address);
      process.stdout.write(`${JSON.stringify({ to, raw: Buffer.concat(chunks).toString("utf8") })}\n`);
      done();
    });
  },
});
server.listen(Number(process.argv[2]), "127.0.0.1", () => process.stdout.write("ready\n"));

/** A token that was refused is not offered again: the answer waits for another link. */
import { expect, test } from "vitest";
import { TokenSource } from "../../src/sync/token-source.ts";

test("a token is given at once, and again to whoever did not refuse it", async () => {
  const source = new TokenSource(() => "a");
  expect([await source.ask(true), await source.ask(false)]).toEqual(["a", "a"]);
});

test("asked again for one that was refused, it waits for another", async () => {
  let held = "a";
  const source = new TokenSource(() => held);
  await source.ask(true);
  const heard: (string | null)[] = [];
  const answer = source.ask(true).then((token) => heard.push(token));
  await Promise.resolve();
  expect(heard).toEqual([]);
  held = "b";
  source.renewed();
  await answer;
  expect(heard).toEqual(["b"]);
});

test("one that came while nobody asked is given at the next question", async () => {
  let held = "a";
  const source = new TokenSource(() => held);
  await source.ask(true);
  held = "b";
  source.renewed();
  expect(await source.ask(true)).toBe("b");
});

test("where there is none, that is the answer", async () => {
  expect(await new TokenSource(() => null).ask(true)).toBeNull();
});

/** Tokens for the replica: given while they are good, fetched when they are not, never in a flood. */
import { expect, test } from "vitest";
import { APART_MS, GOOD_FOR_MS, RETRY_MAX_MS, TokenKeeper } from "../../src/sync/portal/token-keeper.ts";
import { ApiError } from "../../src/sync/rest.ts";

const LIFE_MS = 300_000;

/** A keeper on a clock of its own, and what happened to it. */
function keeper(answers: readonly (Error | "token")[] = [], follows = (made: TokenKeeper): void => made.end()) {
  const queue = [...answers];
  const happened = { now: 1_000_000, fetched: 0, waited: [] as number[], refused: 0 };
  const made: TokenKeeper = new TokenKeeper(
    () => {
      happened.fetched++;
      const answer = queue.shift() ?? "token";
      return answer instanceof Error
        ? Promise.reject(answer)
        : Promise.resolve({ token: `t${happened.fetched}`, expiresAt: happened.now + LIFE_MS });
    },
    () => {
      happened.refused++;
      follows(made);
      return Promise.resolve();
    },
    {
      now: () => happened.now,
      wait: (ms) => {
        happened.waited.push(ms);
        happened.now += ms;
        return Promise.resolve();
      },
    },
  );
  return { made, happened };
}

const unreachable = new ApiError({ kind: "unreachable" });
const nobody = new ApiError(
  { kind: "unauthorised" },
  { code: "not-signed-in", field: null, detail: null, waitSeconds: null },
);

test("a good one is given again, to whoever did not refuse it", async () => {
  const { made, happened } = keeper();
  expect([await made.ask(false), await made.ask(false)]).toEqual(["t1", "t1"]);
  expect(happened.fetched).toBe(1);
});

test("one that was refused, or ends soon, makes way for another", async () => {
  const { made, happened } = keeper();
  await made.ask(false);
  expect(await made.ask(true)).toBe("t2");
  happened.now += LIFE_MS - GOOD_FOR_MS;
  expect(await made.ask(false)).toBe("t3");
});

test("who asks at once is answered by one request", async () => {
  const { made, happened } = keeper();
  expect(await Promise.all([made.ask(true), made.ask(true), made.ask(false)])).toEqual(["t1", "t1", "t1"]);
  expect(happened.fetched).toBe(1);
});

test("a server that refuses every token is asked at a pace", async () => {
  const { made, happened } = keeper();
  for (let round = 0; round < 5; round++) {
    await made.ask(true);
  }
  expect(happened.waited).toEqual([APART_MS, APART_MS, APART_MS, APART_MS]);
});

test("without network the answer waits, longer each time, and comes with the network", async () => {
  const { made, happened } = keeper([...Array.from({ length: 6 }, () => unreachable), "token"]);
  expect(await made.ask(false)).toBe("t7");
  expect(happened.waited).toEqual([1_000, 2_000, 4_000, 8_000, RETRY_MAX_MS, RETRY_MAX_MS]);
  expect(happened.refused).toBe(0);
});

test("where nobody is signed in there is none, and it is said", async () => {
  const { made, happened } = keeper([nobody]);
  expect(await made.ask(false)).toBeNull();
  expect(happened).toMatchObject({ fetched: 1, refused: 1 });
});

test("where the same person may come back the answer waits for them, without asking meanwhile", async () => {
  const { made, happened } = keeper([nobody], (paused) => paused.pause());
  let said: string | null | undefined;
  const waiting = made.ask(false).then((token) => {
    said = token;
    return token;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect({ said, fetched: happened.fetched }).toEqual({ said: undefined, fetched: 1 });
  made.resume();
  expect(await waiting).toBe("t2");
});

test("who waits for somebody to come back is told when nobody does", async () => {
  const { made } = keeper([nobody], (paused) => paused.pause());
  const waiting = made.ask(false);
  await new Promise((resolve) => setImmediate(resolve));
  made.end();
  expect(await waiting).toBeNull();
});

test("after the end there is none, also for who is waiting", async () => {
  const { made, happened } = keeper([unreachable]);
  const waiting = made.ask(false);
  made.end();
  expect(await waiting).toBeNull();
  expect(await made.ask(false)).toBeNull();
  expect(happened.fetched).toBeLessThanOrEqual(1);
});

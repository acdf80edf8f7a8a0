/** A demonstration: who is in it, becoming one of them, colleagues at work, and beginning again. */
import { Answer } from "../answer.ts";
import { recall, remember, unremember } from "../browser-store.ts";
import { type Rest, restAt } from "../rest.ts";
import type { AccountId, CommunityId } from "./ids.ts";
import { type Role, roles } from "./roles.ts";
import { readSignedIn, type SignedIn } from "./session-api.ts";

export interface DemoPerson {
  /** The stable word by which one becomes them. */
  readonly key: string;
  readonly accountId: AccountId;
  readonly name: string;
  /** `null` when they have left the community. */
  readonly role: Role | null;
  /** Whether the server writes in their name while colleagues are at work. */
  readonly simulated: boolean;
}

export interface Demonstration {
  /** Another one after each beginning. */
  readonly beginning: string;
  readonly community: CommunityId;
  readonly colleaguesAtWork: boolean;
  readonly people: readonly DemoPerson[];
}

export interface DemoApi {
  ask(signal?: AbortSignal): Promise<Demonstration>;
  become(person: string): Promise<SignedIn>;
  setColleagues(atWork: boolean): Promise<void>;
  beginAgain(): Promise<void>;
  /** Pulls the server’s plug for some seconds. */
  pullPlug(): Promise<void>;
}

const PATH = "/api/v1/demo";

export function demoApi(rest: Rest = restAt(location.origin)): DemoApi {
  return {
    ask: async (signal) => readDemonstration(await rest.get(PATH, signal)),
    become: async (person) => readSignedIn(await rest.send("POST", `${PATH}/session`, { person })),
    async setColleagues(atWork) {
      await rest.send("PUT", `${PATH}/colleagues`, { atWork });
    },
    async beginAgain() {
      await rest.send("POST", `${PATH}/beginning`);
    },
    async pullPlug() {
      await rest.send("POST", `${PATH}/outage`);
    },
  };
}

function readDemonstration(value: unknown): Demonstration {
  const answer = new Answer(value);
  return {
    beginning: answer.text("beginning"),
    community: answer.text("community"),
    colleaguesAtWork: answer.flag("colleaguesAtWork"),
    people: answer.list("people", (person) => ({
      key: person.text("key"),
      accountId: person.text("accountId"),
      name: person.text("name"),
      role: roles.find((role) => role === person.maybeText("role")) ?? null,
      simulated: person.flag("simulated"),
    })),
  };
}

const BEGINNING_KEY = "consilium.demo.beginning";

/** Whether this tab has seen another beginning before. From then on it has seen this one. */
export function noticeBeginning(beginning: string): "the-same" | "another" {
  const before = recall("tab", BEGINNING_KEY);
  remember("tab", BEGINNING_KEY, beginning);
  return before === null || before === beginning ? "the-same" : "another";
}

const BEGUN_AGAIN_KEY = "consilium.demo.begun-again";

/** That everything has begun again, until the person at this tab has said that they know: the page begins anew meanwhile. */
export const BegunAgain = {
  recall: (): boolean => recall("tab", BEGUN_AGAIN_KEY) !== null,
  remember: (): void => remember("tab", BEGUN_AGAIN_KEY, "yes"),
  forget: (): void => unremember("tab", BEGUN_AGAIN_KEY),
} as const;

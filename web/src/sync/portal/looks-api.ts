/** How a community looks: its name, its colour, the picture that it is known by. */
import { Answer } from "../answer.ts";
import type { Rest } from "../rest.ts";
import { type Community, communityPath, readColours, readCommunity } from "./communities-api.ts";
import type { CommunityId } from "./ids.ts";

/** The largest picture that the server takes, in bytes. */
export const LOGO_BYTES_MAX = 256 * 1024;

/** The kinds of pictures that it takes, as browsers call them. */
export const LOGO_TYPES: readonly string[] = ["image/png", "image/jpeg", "image/webp"];

export interface CommunityLook {
  readonly name: string;
  /** A colour of the form `#rrggbb`. */
  readonly accent: string;
  /** Where the picture is; `null` where there is none. */
  readonly logo: string | null;
}

export interface LooksApi {
  /** Rejects with `no-such-community` for everybody who may not know of it. */
  one(id: CommunityId, signal?: AbortSignal): Promise<CommunityLook>;
  /** Rejects with `no-picture` and why, or `too-large`. */
  setLogo(id: CommunityId, picture: Blob): Promise<Community>;
  takeLogoAway(id: CommunityId): Promise<void>;
}

export function looksApi(rest: Rest): LooksApi {
  const logoPath = (id: CommunityId): string => `${communityPath(id)}/logo`;
  return {
    one: async (id, signal) => readLook(new Answer(await rest.get(`${communityPath(id)}/look`, signal))),
    setLogo: async (id, picture) => readCommunity(await rest.upload(logoPath(id), picture, "PUT")),
    takeLogoAway: async (id) => {
      await rest.send("DELETE", logoPath(id));
    },
  };
}

function readLook(answer: Answer): CommunityLook {
  return { name: answer.text("name"), ...readColours(answer) };
}

/**
 * Election: of all workers of one browser that serve one replica, exactly one runs the host; the others relay.
 *
 * The Web Lock `<key>:leader` decides, so there are never two hosts on one store, whatever mixture of shared and
 * dedicated workers, old and new builds of the app is open. When the leader dies the browser gives the lock to the
 * next candidate, which starts a host from the store; every tab then hears `welcome` again and repeats what the dead
 * host may not have stored (I1). Knows no engine and no store: `startHost` is given.
 */
import type { HostMessage, TabMessage } from "./messages.js";
import { channelPort, type Port } from "./ports.js";
import type { Liveness } from "./tabs.js";

/** What a candidate needs of a host. */
export interface ElectedHost {
  accept(port: Port<HostMessage, TabMessage>): void;
}

/** On the channel that all candidates share. */
type Announcement =
  /** A new leader: everybody may join. */
  | { readonly type: "leader" }
  /** A follower relays one of its tabs over the channel of this name. */
  | { readonly type: "join"; readonly pipe: string };

type TabPort = Port<HostMessage, TabMessage>;

/** One worker's part in the election. */
export class Candidate {
  readonly #key: string;
  readonly #newId: () => string;
  readonly #channel: BroadcastChannel;
  /** Tabs that this worker serves, with the relay of each while another worker leads. */
  readonly #tabs = new Map<TabPort, Port<TabMessage, HostMessage> | null>();
  #host: ElectedHost | null = null;

  /**
   * @param key - the replica's key, the same in all its workers
   * @param startHost - runs once, when this worker has been elected
   */
  constructor(
    key: string,
    liveness: Liveness,
    newId: () => string,
    startHost: () => Promise<ElectedHost>,
    onFailed: (error: unknown) => void,
  ) {
    this.#key = key;
    this.#newId = newId;
    this.#channel = new BroadcastChannel(key);
    this.#channel.addEventListener("message", (event) => this.#onAnnouncement(event.data as Announcement));
    liveness
      .hold(`${key}:leader`)
      .then(startHost)
      .then((host) => this.#lead(host))
      .catch(onFailed);
  }

  /** Serves one more tab. */
  accept(port: TabPort): void {
    if (this.#host === null) {
      this.#tabs.set(port, null);
      this.#relay(port);
    } else {
      this.#host.accept(port);
    }
  }

  #lead(host: ElectedHost): void {
    this.#host = host;
    for (const [port, relay] of this.#tabs) {
      relay?.close();
      host.accept(port);
    }
    this.#tabs.clear();
    this.#announce({ type: "leader" });
  }

  /** Connects a tab of ours to whoever leads. If nobody does yet, the next leader's announcement brings us back. */
  #relay(port: TabPort): void {
    this.#tabs.get(port)?.close();
    const pipe = `${this.#key}:pipe:${this.#newId()}`;
    const relay = channelPort<TabMessage, HostMessage>(pipe);
    this.#tabs.set(port, relay);
    relay.receive((message) => port.post(message));
    port.receive((message) => {
      relay.post(message);
      if (message.type === "detach") {
        relay.close();
        this.#tabs.delete(port);
      }
    });
    this.#announce({ type: "join", pipe });
  }

  #onAnnouncement(announcement: Announcement): void {
    switch (announcement.type) {
      case "leader":
        if (this.#host === null) {
          for (const port of [...this.#tabs.keys()]) {
            this.#relay(port);
          }
        }
        return;
      case "join":
        this.#host?.accept(channelPort<HostMessage, TabMessage>(announcement.pipe));
        return;
      default:
        announcement satisfies never;
    }
  }

  #announce(announcement: Announcement): void {
    this.#channel.postMessage(announcement);
  }
}

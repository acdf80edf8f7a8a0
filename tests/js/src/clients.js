/**
 * The two stock clients, as their authors publish them, and a WebSocket that counts how often it is opened.
 *
 * Nothing of the clients is changed; options are only those that their documentation names.
 */
import { HocuspocusProvider, HocuspocusProviderWebsocket } from "@hocuspocus/provider";
import { WebSocket as NodeWebSocket } from "ws";
import { WebsocketProvider } from "y-websocket";
import * as Y from "yjs";

/**
 * Node's WebSocket with one listener more. A provider that is destroyed while it connects takes its own listeners off and
 * closes: `ws` then has an error to tell and nobody to hear it, which would end the process between two tests. Browsers
 * ignore such errors.
 */
class WebSocket extends NodeWebSocket {
  constructor(...parameters) {
    super(...parameters);
    this.on("error", () => {});
  }
}

/** A WebSocket class that counts its instances. */
export function countingSocket() {
  return class CountingSocket extends WebSocket {
    static opened = 0;
    constructor(...parameters) {
      super(...parameters);
      CountingSocket.opened += 1;
    }
  };
}

/**
 * A socket for several Hocuspocus providers.
 * @param {import("node:test").TestContext} test
 */
export function hocuspocusSocket(test, server, options = {}) {
  const socket = new HocuspocusProviderWebsocket({
    url: server.syncUrl,
    WebSocketPolyfill: WebSocket,
    delay: 100,
    minDelay: 50,
    maxDelay: 500,
    ...options,
  });
  test.after(() => socket.destroy());
  return socket;
}

/**
 * A Hocuspocus provider; on a socket of its own unless `websocketProvider` is given.
 * @param {import("node:test").TestContext} test
 */
export function hocuspocus(test, server, name, options = {}) {
  const { socketOptions, websocketProvider = hocuspocusSocket(test, server, socketOptions), ...rest } = options;
  const provider = new HocuspocusProvider({ name, document: new Y.Doc(), token: "", ...rest, websocketProvider });
  // A provider on a given socket attaches by hand.
  provider.attach();
  test.after(() => provider.destroy());
  return provider;
}

/**
 * A y-websocket provider.
 * @param {import("node:test").TestContext} test
 */
export function yWebsocket(test, server, name, options = {}) {
  const { document = new Y.Doc(), ...rest } = options;
  const provider = new WebsocketProvider(server.yjsUrl, name, document, {
    WebSocketPolyfill: WebSocket,
    disableBc: true,
    ...rest,
  });
  test.after(() => provider.destroy());
  return provider;
}

/** The text that all tests write into. */
export function textOf(provider) {
  return (provider.document ?? provider.doc).getText("text");
}

/** Why a call on the replica was refused. Stable words; what a person reads is the interface's business. */
export type ReplicaErrorCode =
  /** `forget` met edits that the server has not confirmed. */
  | "unconfirmed"
  /** `forget` met a document that is open in some tab. */
  | "open"
  /** `flush` waits for an edit that the server refused, or cannot be sent with the present access. */
  | "refused"
  /** This device's store failed. */
  | "storage"
  /** The engine failed; nothing stored is lost, and a new replica can go on. */
  | "failed"
  /** The replica or the document was disposed of. */
  | "disposed"
  /** This platform lacks something that the replica needs. */
  | "unsupported"
  /** Another process uses the same file store. */
  | "busy"
  /** There is no such edit, or no such fork, on this device. */
  | "unknown"
  /** The edits build on others that are set aside, or gone. */
  | "incomplete"
  /** An option has a value that makes no sense. */
  | "invalid";

/** The one error class that this package throws and rejects with. */
export class ReplicaError extends Error {
  override readonly name = "ReplicaError";
  readonly code: ReplicaErrorCode;

  constructor(code: ReplicaErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

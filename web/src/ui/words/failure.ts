/** Failures of requests in words. */
import type { Catalogue } from "../../messages/index.ts";
import { ApiError } from "../../sync/index.ts";

/** What to tell a person about `error`, whatever it is. */
export function describeFailure(error: unknown, text: Catalogue["api"]): string {
  if (!(error instanceof ApiError)) {
    return text.server(null);
  }
  const { failure } = error;
  switch (failure.kind) {
    case "unreachable":
      return text.unreachable;
    case "unauthorised":
      return text.unauthorised;
    case "forbidden":
      return text.forbidden;
    case "not-found":
      return text.notFound;
    case "too-many":
      return text.tooMany;
    case "server":
      return text.server(failure.reference);
    case "other":
      return text.other(failure.title);
  }
}

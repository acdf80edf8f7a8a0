/** Where somebody wanted to go before they were asked to sign in. Only ever a path of this app. */

const SIGN_IN = "/sign-in";

/** The address of the page for signing in, which leads to `path` afterwards. */
export function signInPath(path: string): string {
  const next = safePath(path);
  return next === "/" ? SIGN_IN : `${SIGN_IN}?next=${encodeURIComponent(next)}`;
}

/** The path in the query of that page. */
export function nextOf(search: string): string {
  return safePath(new URLSearchParams(search).get("next") ?? "/");
}

/** `path` if it leads to a page of this app; the first page otherwise. */
export function safePath(path: string): string {
  if (!path.startsWith("/")) {
    return "/";
  }
  // By the rules of browsers, which take two slashes, or a backslash, for the beginning of another site’s address.
  const here = "https://here.invalid";
  const url = URL.canParse(path, here) ? new URL(path, here) : null;
  return url === null || url.origin !== here || url.pathname === SIGN_IN
    ? "/"
    : `${url.pathname}${url.search}${url.hash}`;
}

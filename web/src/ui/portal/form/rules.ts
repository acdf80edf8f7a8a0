/**
 * What a form says before the server is asked. The server's rules are these or stricter, and its word is the last.
 *
 * Each rule gives the words for what is wrong, or nothing.
 */
import type { Catalogue } from "../../../messages/index.ts";
import { NAME_LENGTH_MAX, plainName } from "../../../sync/index.ts";

type Words = Catalogue["portal"];

export const PASSWORD_LENGTH_MIN = 10;
export const PASSWORD_BYTES_MAX = 512;
export const COMMUNITY_NAME_LENGTH_MAX = 120;
export const DESCRIPTION_LENGTH_MAX = 2_000;
export const REASON_LENGTH_MIN = 3;
export const REASON_LENGTH_MAX = 500;

/** What is wrong with a name, if anything. */
export function checkName(name: string, { form }: Words): string | undefined {
  const plain = plainName(name);
  return plain === "" ? form.nameMissing : lengthOf(plain) > NAME_LENGTH_MAX ? form.nameTooLong : undefined;
}

/** Something, one `@`, something with no space: whether anybody reads it there is found out otherwise. */
export function checkEmail(email: string, { form }: Words): string | undefined {
  return /^[^\s@]+@[^\s@]+$/.test(email.trim()) ? undefined : form.emailInvalid;
}

/** A password that is to be set. `of` is what is known of its owner. */
export function checkNewPassword(
  password: string,
  of: { readonly name?: string; readonly email?: string },
  { form }: Words,
): string | undefined {
  const length = lengthOf(password);
  if (length < PASSWORD_LENGTH_MIN) {
    return form.passwordShort(PASSWORD_LENGTH_MIN - length);
  }
  if (new TextEncoder().encode(password).length > PASSWORD_BYTES_MAX) {
    return form.passwordLong;
  }
  const folded = fold(password);
  return [of.name, of.email].some((known) => known !== undefined && fold(known) === folded)
    ? form.passwordIsYou
    : undefined;
}

export function checkPassword(password: string, { form }: Words): string | undefined {
  return password === "" ? form.passwordMissing : undefined;
}

export function checkCommunityName(name: string, { found }: Words): string | undefined {
  const plain = plainName(name);
  return plain === "" ? found.nameMissing : lengthOf(plain) > COMMUNITY_NAME_LENGTH_MAX ? found.nameTooLong : undefined;
}

export function checkDescription(description: string, { settings }: Words): string | undefined {
  return lengthOf(description.trim()) > DESCRIPTION_LENGTH_MAX ? settings.descriptionTooLong : undefined;
}

/** Why a document is opened to more people. */
export function checkReason(reason: string, { sharing }: Words): string | undefined {
  const length = lengthOf(reason.trim());
  return length < REASON_LENGTH_MIN ? sharing.reasonShort : length > REASON_LENGTH_MAX ? sharing.reasonLong : undefined;
}

/** In characters as people count them, nearly: code points. */
function lengthOf(text: string): number {
  return [...text].length;
}

function fold(text: string): string {
  return text.normalize("NFKC").trim().toLowerCase();
}

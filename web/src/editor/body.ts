/** Where the text of a document stands: the name of its XmlFragment. */
export const BODY_FIELD = "body";

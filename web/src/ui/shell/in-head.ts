/**
 * For menus and panels that hang from the head of a page. The head stays while the page scrolls, and so do they: one that lay
 * on the page would leave the pointer as the text moves, and whoever walks through it by keyboard would move the text.
 */
export const IN_HEAD = { floatingStrategy: "fixed" } as const;

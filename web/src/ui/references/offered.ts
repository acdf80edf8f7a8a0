/** The references that are offered for choosing: those that have every word that was typed, in any order. */
import type { OptionsFilter } from "@mantine/core";

/** So many are offered at once; whoever types finds the others. */
const OFFERED_MAX = 50;

export const withEveryWord: OptionsFilter = ({ options, search }) => {
  const words = search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return options
    .filter((option) => {
      const label = "label" in option ? option.label.toLocaleLowerCase() : "";
      return words.every((word) => label.includes(word));
    })
    .slice(0, OFFERED_MAX);
};

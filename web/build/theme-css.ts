/**
 * The theme's CSS variables as a style sheet, made while building.
 *
 * Mantine would otherwise write them into a style element in the page, which a strict content security policy
 * forbids. Imported as `virtual:theme.css`.
 */
import { convertCssVariables, DEFAULT_THEME, defaultCssVariablesResolver, mergeMantineTheme } from "@mantine/core";
import type { Plugin } from "vite";
import { theme } from "../src/ui/theme/theme.ts";

const NAME = "virtual:theme.css";
const RESOLVED = "\0virtual:theme.css";

export function themeCss(): Plugin {
  return {
    name: "consilium-theme-css",
    resolveId: (id) => (id === NAME ? RESOLVED : null),
    load: (id) =>
      id === RESOLVED
        ? convertCssVariables(defaultCssVariablesResolver(mergeMantineTheme(DEFAULT_THEME, theme)), ":root")
        : null,
  };
}

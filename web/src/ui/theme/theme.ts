/**
 * The look of the interface in Mantine's terms: petrol on warm paper, a serif for texts, a sans for controls.
 *
 * The variables that follow from it are written to a style sheet by the build (`build/theme-css.ts`), so that no page
 * needs inline styles. Colours of the app's own are in `tokens.css`.
 */
import { createTheme, type MantineColorsTuple } from "@mantine/core";

const petrol: MantineColorsTuple = [
  "#ecf6f3",
  "#d6eae4",
  "#aad5c9",
  "#7dc0af",
  "#57ac98",
  "#3d9682",
  "#28806c",
  "#186a58",
  "#0d5547",
  "#074235",
];

/** The dark grounds, tinted as the light ones are. Index 7 is the page, 6 a control, 4 a line. */
const dark: MantineColorsTuple = [
  "#e9ede9",
  "#c4cdc9",
  "#a3b0ac",
  "#74807c",
  "#36413f",
  "#2b3533",
  "#1f2726",
  "#1a2120",
  "#121817",
  "#0d1211",
];

const SANS = '"Inter Variable", system-ui, -apple-system, "Segoe UI", sans-serif';
const SERIF = '"Source Serif 4 Variable", "Iowan Old Style", Georgia, serif';
const MONO = 'ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas, monospace';

export const theme = createTheme({
  colors: { petrol, dark },
  primaryColor: "petrol",
  primaryShade: { light: 7, dark: 6 },
  autoContrast: true,
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  fontFamily: SANS,
  fontFamilyMonospace: MONO,
  headings: { fontFamily: SERIF, fontWeight: "600" },
  white: "#ffffff",
  black: "#1a2321",
  components: {
    Tooltip: { defaultProps: { openDelay: 400, withinPortal: true } },
    // The library’s placeholder for the first focus is a child that a menu may not have.
    Menu: { defaultProps: { radius: "md", shadow: "md", position: "bottom-end", withInitialFocusPlaceholder: false } },
    Popover: { defaultProps: { radius: "md", shadow: "md" } },
  },
});

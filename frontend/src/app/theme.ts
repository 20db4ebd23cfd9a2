import {
  Alert,
  Badge,
  Button,
  createTheme,
  localStorageColorSchemeManager,
  Modal,
  NumberInput,
  Paper,
  PasswordInput,
  Select,
  Table,
  Textarea,
  TextInput,
  Tooltip,
  type MantineColorsTuple,
} from "@mantine/core";
import type { Strings } from "../strings/strings";

/** A muted teal: calm beside skin tones, and far from the editor's pink and green points. */
const facet: MantineColorsTuple = [
  "#eaf6f8",
  "#d5e9ed",
  "#abd3da",
  "#7dbcc7",
  "#59a9b6",
  "#439dac",
  "#3597a7",
  "#268393",
  "#187584",
  "#006674",
];

/** The look of all components, and what Mantine itself says in them. */
export function themeIn({ ui }: Strings) {
  return createTheme({
    primaryColor: "facet",
    primaryShade: { light: 8, dark: 7 },
    colors: { facet },
    defaultRadius: "sm",
    fontFamily:
      'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", ' +
      '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif',
    fontFamilyMonospace: 'ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace',
    headings: {
      fontWeight: "600",
      sizes: {
        h1: { fontSize: "1.375rem", lineHeight: "1.3" },
        h2: { fontSize: "1.0625rem", lineHeight: "1.4" },
        h3: { fontSize: "0.9375rem", lineHeight: "1.4" },
      },
    },
    focusRing: "auto",
    cursorType: "pointer",
    components: {
      Alert: Alert.extend({ defaultProps: { variant: "light" } }),
      Badge: Badge.extend({
        defaultProps: { variant: "light", size: "sm", tt: "none", fw: 500, miw: "max-content" },
      }),
      Button: Button.extend({ defaultProps: { size: "sm" } }),
      Modal: Modal.extend({ defaultProps: { centered: true, radius: "md", overlayProps: { backgroundOpacity: 0.4 } } }),
      NumberInput: NumberInput.extend({ defaultProps: { size: "sm" } }),
      Paper: Paper.extend({ defaultProps: { radius: "md", withBorder: true, p: "md" } }),
      PasswordInput: PasswordInput.extend({
        defaultProps: { size: "sm", visibilityToggleButtonProps: { "aria-label": ui.showPassword } },
      }),
      Select: Select.extend({ defaultProps: { size: "sm", allowDeselect: false } }),
      Table: Table.extend({ defaultProps: { verticalSpacing: "xs", horizontalSpacing: "sm", highlightOnHover: true } }),
      Textarea: Textarea.extend({ defaultProps: { size: "sm" } }),
      TextInput: TextInput.extend({ defaultProps: { size: "sm" } }),
      Tooltip: Tooltip.extend({ defaultProps: { openDelay: 300, withArrow: true } }),
    },
  });
}

/** Shares its key with public/color-scheme.js, which reads it before the first paint. */
export const colorSchemeManager = localStorageColorSchemeManager({ key: "facet-color-scheme" });

import {
  createTheme,
  localStorageColorSchemeManager,
  type AlertProps,
  type BadgeProps,
  type ButtonProps,
  type MantineColorsTuple,
  type ModalProps,
  type NumberInputProps,
  type PaperProps,
  type PasswordInputProps,
  type SelectProps,
  type TableProps,
  type TextareaProps,
  type TextInputProps,
  type TooltipProps,
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
  "#25808f",
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
      Alert: byDefault<AlertProps>({ variant: "light" }),
      Badge: byDefault<BadgeProps>({ variant: "light", size: "sm", tt: "none", fw: 500, miw: "max-content" }),
      Button: byDefault<ButtonProps>({ size: "sm" }),
      Modal: byDefault<ModalProps>({
        centered: true,
        radius: "md",
        overlayProps: { backgroundOpacity: 0.4 },
        closeButtonProps: { "aria-label": ui.close },
      }),
      NumberInput: byDefault<NumberInputProps>({ size: "sm" }),
      Paper: byDefault<PaperProps>({ radius: "md", withBorder: true, p: "md" }),
      PasswordInput: byDefault<PasswordInputProps>({ size: "sm", visibilityToggleButtonProps: { "aria-label": ui.showPassword } }),
      Select: byDefault<SelectProps>({ size: "sm", allowDeselect: false }),
      Table: byDefault<TableProps>({ verticalSpacing: "xs", horizontalSpacing: "sm", highlightOnHover: true }),
      Textarea: byDefault<TextareaProps>({ size: "sm" }),
      TextInput: byDefault<TextInputProps>({ size: "sm" }),
      Tooltip: byDefault<TooltipProps>({ openDelay: 300, withArrow: true }),
    },
  });
}

/** What a component's own `extend` makes, without the component: every page loads the theme, and few all of these. */
function byDefault<Props>(defaultProps: Partial<Props>) {
  return { defaultProps };
}

/** Shares its key with public/color-scheme.js, which reads it before the first paint. */
export const colorSchemeManager = localStorageColorSchemeManager({ key: "facet-color-scheme" });

import { CloseButton, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useStrings } from "../../strings/useStrings";
import classes from "./Banner.module.css";

interface BannerProps {
  tone: "info" | "warning" | "danger";
  children: ReactNode;
  /** The button that deals with it. */
  action?: ReactNode;
  onDismiss?: () => void;
}

/** One line across the editor that a person has to know. */
export function Banner({ tone, children, action, onDismiss }: BannerProps) {
  const { editor } = useStrings();
  return (
    <div className={classes.banner} data-tone={tone} role={tone === "info" ? "status" : "alert"} data-testid="banner">
      <Text size="sm">{children}</Text>
      <span className={classes.actions}>
        {action}
        {onDismiss && <CloseButton size="sm" aria-label={editor.dismiss} onClick={onDismiss} />}
      </span>
    </div>
  );
}

import { Button } from "@mantine/core";
import { useState } from "react";

interface ConfirmButtonProps {
  label: string;
  /** What the button says when it has been pressed once and the next press acts. */
  confirmLabel: string;
  onConfirm: () => void;
  loading?: boolean;
}

/** A small button for what cannot be undone: the first press asks, the second acts, leaving it takes the ask back. */
export function ConfirmButton({ label, confirmLabel, onConfirm, loading }: ConfirmButtonProps) {
  const [asked, setAsked] = useState(false);
  return (
    <Button
      size="compact-xs"
      variant={asked ? "filled" : "subtle"}
      // The theme's red is too pale for white letters on a dark page.
      color={asked ? "red.8" : "red"}
      c={asked ? undefined : "var(--mantine-color-error)"}
      loading={loading}
      onBlur={() => setAsked(false)}
      onClick={() => {
        if (asked) onConfirm();
        setAsked(!asked);
      }}
    >
      {asked ? confirmLabel : label}
    </Button>
  );
}

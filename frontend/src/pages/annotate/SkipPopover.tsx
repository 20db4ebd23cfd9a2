import { Button, Group, Popover, Stack, Textarea } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useStrings } from "../../strings/useStrings";
import classes from "./SkipPopover.module.css";

interface SkipPopoverProps {
  opened: boolean;
  busy: boolean;
  onClose: () => void;
  onSkip: (reason: string) => void;
  /** The button that it hangs on, and that says so itself: what lies around it here has no role. */
  children: ReactNode;
}

/** Why a photo is skipped: one click for the usual reasons, or words. */
export function SkipPopover({ opened, busy, onClose, onSkip, children }: SkipPopoverProps) {
  const { annotate, ui } = useStrings();
  const [reason, setReason] = useState("");
  return (
    <Popover
      opened={opened}
      onDismiss={onClose}
      position="bottom-end"
      width={300}
      trapFocus
      returnFocus
      withRoles={false}
      shadow="md"
    >
      <Popover.Target>
        <span>{children}</span>
      </Popover.Target>
      <Popover.Dropdown role="dialog" aria-label={annotate.skipPhoto}>
        <Stack gap={6}>
          {annotate.skipReasons.map((preset) => (
            <Button
              key={preset}
              size="xs"
              variant="default"
              justify="flex-start"
              disabled={busy}
              classNames={{ root: classes.preset, label: classes.words }}
              onClick={() => onSkip(preset)}
            >
              {preset}
            </Button>
          ))}
          <Textarea
            size="xs"
            label={annotate.otherReason}
            autosize
            minRows={2}
            maxLength={500}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <Group justify="flex-end" gap="xs">
            <Button size="xs" variant="subtle" color="gray" onClick={onClose}>
              {ui.cancel}
            </Button>
            <Button size="xs" disabled={reason.trim() === ""} loading={busy} onClick={() => onSkip(reason.trim())}>
              {annotate.skip}
            </Button>
          </Group>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

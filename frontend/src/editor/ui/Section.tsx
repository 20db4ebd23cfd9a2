import { Text } from "@mantine/core";
import { type ReactNode, useId } from "react";
import classes from "./Section.module.css";

/** One part of the panel beside the photo. */
export function Section({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  const id = useId();
  return (
    <section className={classes.section} aria-labelledby={id}>
      <header className={classes.heading}>
        <Text component="h2" id={id} size="xs" fw={600}>
          {title}
        </Text>
        {aside}
      </header>
      {children}
    </section>
  );
}

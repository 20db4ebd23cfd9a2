import { Alert, Button, Group } from "@mantine/core";
import { IconSchool } from "@tabler/icons-react";
import { useState } from "react";
import { Link, useLocation } from "react-router";
import { useUser } from "../api/session";
import { useStrings } from "../strings/useStrings";
import { withReturn } from "./returning";
import { rememberOffer, wasOffered } from "./tourMemory";

/** An annotator who signs in for the first time is led to the tour, or says that it is not needed. */
export function TourOffer() {
  const { tour } = useStrings();
  const user = useUser();
  const { pathname } = useLocation();
  const [open, setOpen] = useState(() => user.role === "annotator" && !wasOffered(user.id));
  if (!open) return null;
  return (
    <Alert icon={<IconSchool size={20} aria-hidden />} title={tour.offer} mb="lg" data-testid="tour-offer">
      {tour.offerWhat}
      <Group gap="xs" mt="sm">
        <Button size="xs" component={Link} to={withReturn("/tour", pathname)}>
          {tour.start}
        </Button>
        <Button
          size="xs"
          variant="subtle"
          onClick={() => {
            rememberOffer(user.id);
            setOpen(false);
          }}
        >
          {tour.notNow}
        </Button>
      </Group>
    </Alert>
  );
}

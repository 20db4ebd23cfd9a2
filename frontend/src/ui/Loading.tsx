import { Center, Loader } from "@mantine/core";
import { useStrings } from "../strings/useStrings";

/** A quiet placeholder while a page or its data arrives. */
export function Loading() {
  const { ui } = useStrings();
  return (
    <Center py={64} role="status" aria-label={ui.loading}>
      <Loader size="sm" />
    </Center>
  );
}

import { Center, Loader } from "@mantine/core";

/** A quiet placeholder while a page or its data arrives. */
export function Loading() {
  return (
    <Center py={64} role="status" aria-label="Loading">
      <Loader size="sm" />
    </Center>
  );
}

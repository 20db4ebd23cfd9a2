import { Button, Center } from "@mantine/core";
import { useStrings } from "../strings/useStrings";

interface LoadMoreProps {
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => Promise<unknown> };
}

/** The button under a list that has more; absent at the list's end. */
export function LoadMore({ query }: LoadMoreProps) {
  const { ui } = useStrings();
  if (!query.hasNextPage) return null;
  return (
    <Center mt="sm">
      <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        {ui.loadMore}
      </Button>
    </Center>
  );
}

import "@mantine/core/styles.css";
import "./app/app.css";
import { MantineProvider } from "@mantine/core";
import { useNotifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode, useMemo } from "react";
import { createRoot } from "react-dom/client";
import { queryClient } from "./app/queries/queryClient";
import { fetchPage, Pages } from "./app/routes";
import { colorSchemeManager, themeIn } from "./app/theme";
import { language, markDocument, speakForNow } from "./strings/language";
import { loadStrings } from "./strings/strings";
import { useStrings } from "./strings/useStrings";
import { useOnDemand } from "./ui/useOnDemand";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");

/** Milliseconds. */
const ASK_AGAIN = 5000;

/** Nobody can be told that what tells people is missing: it is asked for until it comes. */
async function notificationList() {
  for (;;) {
    try {
      return await import("./app/NotificationList");
    } catch {
      await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN));
    }
  }
}

/** Fetched for the first thing that there is to tell. */
function NotificationsOnDemand() {
  const list = useOnDemand(useNotifications().notifications.length > 0, notificationList);
  return list && <list.NotificationList />;
}

function Application() {
  const strings = useStrings();
  const theme = useMemo(() => themeIn(strings), [strings]);
  return (
    <MantineProvider theme={theme} colorSchemeManager={colorSchemeManager} defaultColorScheme="auto">
      <QueryClientProvider client={queryClient}>
        <NotificationsOnDemand />
        <Pages />
      </QueryClientProvider>
    </MantineProvider>
  );
}

markDocument();
// Before the first paint, which would otherwise be in English for everyone, and of a placeholder.
const page = fetchPage(window.location.pathname).catch(() => undefined);
try {
  await loadStrings(language());
} catch {
  speakForNow("en");
}
await page;
createRoot(root).render(
  <StrictMode>
    <Application />
  </StrictMode>,
);

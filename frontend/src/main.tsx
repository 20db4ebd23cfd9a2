import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./app/app.css";
import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode, useMemo } from "react";
import { createRoot } from "react-dom/client";
import { RouterProvider } from "react-router";
import { queryClient } from "./app/queries/queryClient";
import { router } from "./app/routes";
import { colorSchemeManager, themeIn } from "./app/theme";
import { language, markDocument, speakForNow } from "./strings/language";
import { loadStrings } from "./strings/strings";
import { useStrings } from "./strings/useStrings";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");

function Application() {
  const strings = useStrings();
  const theme = useMemo(() => themeIn(strings), [strings]);
  return (
    <MantineProvider theme={theme} colorSchemeManager={colorSchemeManager} defaultColorScheme="auto">
      <QueryClientProvider client={queryClient}>
        <Notifications position="bottom-right" />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  );
}

markDocument();
try {
  // Before the first paint, which would otherwise be in English for everyone.
  await loadStrings(language());
} catch {
  speakForNow("en");
}
createRoot(root).render(
  <StrictMode>
    <Application />
  </StrictMode>,
);

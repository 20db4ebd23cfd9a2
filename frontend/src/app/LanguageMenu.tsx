import { ActionIcon, Menu } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconLanguage } from "@tabler/icons-react";
import { problemText } from "../api/problem";
import { language, LANGUAGES, type Language } from "../strings/language";
import { speak } from "../strings/strings";
import { useStrings } from "../strings/useStrings";

/** Chooses the language of the interface, for this browser. */
export function LanguageMenu() {
  const { app } = useStrings();
  const choose = (chosen: Language) => {
    speak(chosen).catch((error: unknown) => notifications.show({ color: "red", message: problemText(error) }));
  };
  return (
    <Menu position="bottom-end" width={160}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={app.language} title={app.language}>
          <IconLanguage size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {(Object.keys(LANGUAGES) as Language[]).map((each) => (
          <Menu.Item
            key={each}
            role="menuitemradio"
            aria-checked={each === spoken}
            lang={LANGUAGES[each].tag}
            rightSection={each === spoken && <IconCheck size={14} aria-hidden />}
            onClick={() => choose(each)}
          >
            {LANGUAGES[each].name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

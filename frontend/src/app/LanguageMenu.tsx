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
        <Menu.RadioGroup value={language()} onChange={(chosen) => choose(chosen as Language)}>
          {(Object.keys(LANGUAGES) as Language[]).map((each) => (
            <Menu.RadioItem key={each} value={each} lang={LANGUAGES[each].tag} closeMenuOnClick>
              {LANGUAGES[each].name}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  );
}

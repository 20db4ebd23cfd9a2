import { ActionIcon, Menu } from "@mantine/core";
import { IconCheck, IconLanguage } from "@tabler/icons-react";
import { chooseLanguage, language, LANGUAGES, type Language } from "../strings/language";
import { useStrings } from "../strings/useStrings";

/** Chooses the language of the interface, for this browser. */
export function LanguageMenu() {
  const { app } = useStrings();
  const spoken = language();
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
            onClick={() => chooseLanguage(each)}
          >
            {LANGUAGES[each].name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

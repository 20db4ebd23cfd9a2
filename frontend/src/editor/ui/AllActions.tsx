import { ActionIcon, Menu } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { Fragment } from "react";
import { useStrings } from "../../strings/useStrings";
import { type Action, groupedActions } from "../actions/registry";
import { Keys, useActionContext, useKeys } from "./ActionButton";
import { useController } from "./useController";

/** The menu of everything that can be done. It comes with the first click on its button, and is open then. */
export function AllActions() {
  const { actions: names, editor } = useStrings();
  const context = useActionContext();
  useController(context.controller);
  const keymap = useKeys();
  const keysOf = (each: Action) => {
    const [key] = keymap.keysOf(each);
    return key === undefined ? undefined : <Keys stroke={key} />;
  };
  return (
    <Menu position="bottom-end" width={300} returnFocus={false} defaultOpened>
      <Menu.Target>
        <ActionIcon size={32} variant="subtle" color="gray" aria-label={editor.allActions} title={editor.allActions}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown mah="70vh" style={{ overflowY: "auto" }}>
        {[...groupedActions(context.controller.mode)].map(([group, actions]) => (
          <Fragment key={group}>
            <Menu.Label>{names.groups[group]}</Menu.Label>
            {actions
              .filter(({ release, directed }) => release === undefined && !directed)
              .map((each) => (
                <Menu.Item
                  key={each.id}
                  fz="xs"
                  py={4}
                  disabled={!each.enabled(context)}
                  rightSection={keysOf(each)}
                  onClick={() => each.run(context)}
                >
                  {names.labels[each.id]}
                </Menu.Item>
              ))}
          </Fragment>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

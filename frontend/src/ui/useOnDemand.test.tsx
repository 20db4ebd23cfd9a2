// @vitest-environment jsdom
import { Notifications, notifications } from "@mantine/notifications";
import { act, useState } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { stage } from "./stage.fake";
import { useOnDemand } from "./useOnDemand";

const { show: render } = stage();
/** What the server hands out as its page; null while it does not answer. */
let page: string | null;
const load = vi.fn<() => Promise<string>>();

beforeEach(() => {
  vi.stubGlobal("fetch", () => (page === null ? Promise.reject(new TypeError()) : Promise.resolve(new Response(page))));
  document.head.innerHTML = '<script type="module" src="/assets/index-1.js"></script>';
  page = '<script type="module" src="/assets/index-1.js">';
  load.mockReset();
});

afterEach(() => {
  act(() => notifications.clean());
});

function Asked() {
  const [wanted, setWanted] = useState(false);
  const part = useOnDemand(wanted, load, () => setWanted(false));
  return <button onClick={() => setWanted(true)}>{part ?? "ask"}</button>;
}

function Needed() {
  return <p>{useOnDemand(true, load) ?? "not there"}</p>;
}

async function show(what: React.ReactNode): Promise<void> {
  await act(async () => {
    render(
      <>
        <Notifications />
        {what}
      </>,
    );
    await Promise.resolve();
  });
}

async function press(label: string): Promise<void> {
  const button = [...document.querySelectorAll("button")].find(({ textContent }) => textContent === label);
  await act(async () => {
    button?.click();
    await new Promise((resolve) => setTimeout(resolve));
  });
}

it("fetches again with the next wish", async () => {
  load.mockRejectedValueOnce(new TypeError()).mockResolvedValueOnce("here");
  await show(<Asked />);
  await press("ask");
  expect(document.body.textContent).toContain("could not be fetched");
  expect(document.body.textContent).not.toContain("Reload");
  await press("ask");
  expect(load).toHaveBeenCalledTimes(2);
  expect(document.body.textContent).toContain("here");
});

it("lets what the page itself needs be tried again", async () => {
  page = null;
  load.mockRejectedValueOnce(new TypeError()).mockResolvedValueOnce("here");
  await show(<Needed />);
  await press("Try again");
  expect(document.body.textContent).toContain("here");
});

it("offers to reload where a new release has taken the part away", async () => {
  page = '<script type="module" src="/assets/index-2.js">';
  load.mockRejectedValue(new TypeError());
  await show(<Asked />);
  await press("ask");
  expect(document.body.textContent).toContain("Facet has been updated");
  expect(document.body.textContent).toContain("Reload");
  expect(document.body.textContent).not.toContain("Try again");
});

"""What axe-core finds on a page, in light and in dark."""

from functools import cache
from typing import Final, Literal

from playwright.sync_api import Page

from backend.settings import REPOSITORY

AXE = REPOSITORY / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
_SCHEMES: Final[tuple[Literal["dark", "light"], ...]] = ("dark", "light")

# What fades in, or changes to the other colours, is judged when it has arrived.
_RUN = """async () => {
  do {
    await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
  } while (document.getAnimations().some((each) => each instanceof CSSTransition));
  const { violations } = await window.axe.run(document, { resultTypes: ["violations"], elementRef: false });
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ target, html, failureSummary }) =>
      `${id} at ${target.join(" ")}: ${html.slice(0, 200)} ${failureSummary}`));
}"""


@cache
def _source() -> str:
    return AXE.read_text(encoding="utf-8")


def serious_findings(page: Page) -> list[str]:
    """All serious and critical findings, one line for each element and scheme of colours."""
    findings: list[str] = []
    # By the protocol: the pages' content security policy allows no script of another's.
    if not page.evaluate("'axe' in window"):
        page.evaluate(_source())
    for scheme in _SCHEMES:
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function("scheme => document.documentElement.dataset.mantineColorScheme === scheme", arg=scheme)
        findings += [f"{scheme}: {finding}" for finding in page.evaluate(_RUN)]
    return findings

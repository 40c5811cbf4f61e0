"""axe-core in a real page: what would keep somebody with assistive technology out."""

from importlib.resources import files

from playwright.async_api import Page

_AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
_LOOK = """async () => {
  // Without loading sheets again: NiceGUI's pages show a bar while something loads, and that would be looked at.
  const found = await axe.run(document, { preload: false, runOnly: { type: "tag", values: [
    "wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] } });
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
}"""


class Inspector:
    """Looks at one state of a page after the other, in light and dark, and remembers what is wrong."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.seen: list[str] = []
        self.found: dict[str, list[str]] = {}

    async def look(self, state: str) -> None:
        """Look at what is on the screen now; animations are over first."""
        for scheme in ("light", "dark"):
            await self._page.emulate_media(
                color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce"
            )
            await self._page.wait_for_timeout(250)
            # Not as a script of the page: its policy would not let it in.
            await self._page.evaluate(_AXE)
            if violations := await self._page.evaluate(_LOOK):
                self.found[f"{state}, {scheme}"] = violations
        self.seen.append(state)

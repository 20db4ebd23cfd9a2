// Sets the colour scheme before the first paint, so that a dark page never flashes white. It is a file of its own
// because the content security policy forbids inline scripts.
(function () {
  var chosen = null;
  try {
    chosen = window.localStorage.getItem("facet-color-scheme");
  } catch {
    // Storage may be blocked; the system's preference decides then.
  }
  var dark = window.matchMedia("(prefers-color-scheme: dark)").matches;
  var scheme = chosen === "light" || chosen === "dark" ? chosen : dark ? "dark" : "light";
  document.documentElement.setAttribute("data-mantine-color-scheme", scheme);
})();

// Runs before the first paint, so that a chosen theme never flashes the other one; not inline, because the page's
// content policy allows no inline script. The key is that of src/ui/theme.ts.
try {
  var theme = localStorage.getItem('fairlead-theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // Storage may be closed to this page; the system's theme stands.
}

// Runs before the first paint, so that a chosen theme does not flash. A file of its own: inline script is not allowed.
try {
  const theme = localStorage.getItem('mosaic.theme')
  if (theme === 'dark' || theme === 'light') document.documentElement.dataset.theme = theme
} catch {
  // Storage may be switched off; the system's theme is used.
}

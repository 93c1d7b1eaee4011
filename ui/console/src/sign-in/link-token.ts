/** The one-time token of a sign-in link `#token=…`, or null. */
export function tokenOf(hash: string): string | null {
  return new URLSearchParams(hash.replace(/^#/, '')).get('token') || null
}

/** Takes the token out of the address at once: it must not stay in history or on a shared screen. */
export function takeToken(): string | null {
  const token = tokenOf(location.hash)
  if (token !== null) history.replaceState(history.state, '', location.pathname + location.search)
  return token
}

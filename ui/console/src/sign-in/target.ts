const key = 'mosaic.after-sign-in'

/** Keeps where somebody wanted to go; a link to sign in with may be opened in this tab at another address meanwhile. */
export function rememberTarget(path: string): void {
  try {
    sessionStorage.setItem(key, path)
  } catch {
    // Without storage one begins at the beginning.
  }
}

/** Where to go after signing in, once; only ever a place of this console. */
export function takeTarget(otherwise: string): string {
  try {
    const target = sessionStorage.getItem(key)
    sessionStorage.removeItem(key)
    return isPlace(target) ? target : otherwise
  } catch {
    return otherwise
  }
}

/** A path of this origin (`//host` is another one) that is not the way in itself. */
export const isPlace = (target: string | null): target is string =>
  target !== null && /^\/(?![/\\])/.test(target) && !/^\/(login)?(?:[?#]|$)/.test(target)

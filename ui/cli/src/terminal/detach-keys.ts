/** As in Docker: Ctrl+P and then Ctrl+Q. */
const [first, second] = ['\u0010', '\u0011']

/** Hands on what is typed, but for the keys by which a person leaves. */
export function detachKeys(on: { readonly type: (text: string) => void; readonly leave: () => void }) {
  let isHeld = false
  return (keys: string) => {
    const typed = (isHeld ? first : '') + keys
    isHeld = false
    const at = typed.indexOf(first + second)
    if (at >= 0) {
      if (at > 0) on.type(typed.slice(0, at))
      return on.leave()
    }
    isHeld = typed.endsWith(first)
    const rest = isHeld ? typed.slice(0, -1) : typed
    if (rest !== '') on.type(rest)
  }
}

/** So many parts a time is counted in: of these at most one passes unnoticed while this process stands still. */
const parts = 20

/**
 * Calls back once so many milliseconds have passed in which this process was awake. A timer counts as well what it has stood
 * still for (SIGSTOP, a machine without room), and is served before what others have sent meanwhile: they would be called late.
 */
export function afterAwake(milliseconds: number, callback: () => void): { clear(): void } {
  let left = parts
  const ticking = setInterval(() => {
    left -= 1
    if (left > 0) return
    clearInterval(ticking)
    callback()
  }, milliseconds / parts)
  ticking.unref()
  return { clear: () => clearInterval(ticking) }
}

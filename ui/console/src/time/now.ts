import { createSignal } from 'solid-js'

const [now, setNow] = createSignal(Date.now())

// One clock for the page: everything that ticks changes in the same frame. A hidden page does not tick.
setInterval(() => {
  if (!document.hidden) setNow(Date.now())
}, 1000)
document.addEventListener('visibilitychange', () => setNow(Date.now()))

/** The time, to the second. */
export { now }

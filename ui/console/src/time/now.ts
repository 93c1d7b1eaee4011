import { systemClock } from '@mosaic/contracts/kernel'
import { createSignal } from 'solid-js'

const readClock = () => systemClock.now().getTime()
const [now, setNow] = createSignal(readClock())

// One clock for the page: everything that ticks changes in the same frame. A hidden page does not tick.
setInterval(() => {
  if (!document.hidden) setNow(readClock())
}, 1000)
document.addEventListener('visibilitychange', () => setNow(readClock()))

/** The time, to the second. */
export { now }

type Measure = { readonly top: number; readonly height: number; readonly room: number }

// Within this many pixels of the end the reader counts as being there again.
const nearEnd = 40
const jitter = 2
const inputLastsMs = 500

/**
 * What a scroll says about the reader: `left` the end, `arrived` at it, or nothing. Rows that shrink and room that
 * grows move the content up as well; only what goes beyond that is the reader's doing.
 */
export function readerMove(before: Measure, now: Measure): 'left' | 'arrived' | null {
  const up = before.top - now.top
  const byItself = Math.max(0, before.height - now.height) + Math.max(0, now.room - before.room)
  if (up > byItself + jitter) return 'left'
  return now.height - now.room - now.top <= nearEnd && up <= 0 ? 'arrived' : null
}

/**
 * Tells whether the reader is at the end. Rows that are added and measured move the content too, so that only a scroll
 * shortly after a wheel, key or touch, or with the pointer down (on the scrollbar), can be the reader's leaving it.
 */
export function watchReader(scroller: HTMLElement, tell: (following: boolean) => void): () => void {
  const measure = (): Measure => ({
    top: scroller.scrollTop,
    height: scroller.scrollHeight,
    room: scroller.clientHeight,
  })
  let before = measure()
  let inputAt = Number.NEGATIVE_INFINITY
  let pressed = false
  const byReader = () => pressed || performance.now() - inputAt < inputLastsMs
  const onScroll = () => {
    const now = measure()
    const move = readerMove(before, now)
    if (move === 'arrived' || (move === 'left' && byReader())) tell(move === 'arrived')
    before = now
  }
  const onInput = () => (inputAt = performance.now())
  // While text streams the position is set every frame; the wheel says sooner what the reader wants.
  const onWheel = ({ deltaY }: WheelEvent) => {
    onInput()
    if (deltaY < 0 && scroller.scrollTop > 0) tell(false)
  }
  const stop = new AbortController()
  const listening = { passive: true, signal: stop.signal }
  scroller.addEventListener('scroll', onScroll, listening)
  scroller.addEventListener('wheel', onWheel, listening)
  scroller.addEventListener('keydown', onInput, listening)
  scroller.addEventListener('touchmove', onInput, listening)
  scroller.addEventListener('pointerdown', () => (pressed = true), listening)
  addEventListener('pointerup', () => (pressed = false), listening)
  addEventListener('pointercancel', () => (pressed = false), listening)
  return () => stop.abort()
}

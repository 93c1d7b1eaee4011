type Measure = { readonly top: number; readonly height: number; readonly room: number }

// Within this many pixels of the end the reader counts as being there again.
const nearEnd = 40
const jitter = 2

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

/** Tells whether the reader is at the end. */
export function watchReader(scroller: HTMLElement, tell: (following: boolean) => void): () => void {
  const measure = (): Measure => ({
    top: scroller.scrollTop,
    height: scroller.scrollHeight,
    room: scroller.clientHeight,
  })
  let before = measure()
  const onScroll = () => {
    const now = measure()
    const move = readerMove(before, now)
    if (move !== null) tell(move === 'arrived')
    before = now
  }
  // While text streams the position is set every frame; the wheel says sooner what the reader wants.
  const onWheel = ({ deltaY }: WheelEvent) => deltaY < 0 && scroller.scrollTop > 0 && tell(false)
  scroller.addEventListener('scroll', onScroll, { passive: true })
  scroller.addEventListener('wheel', onWheel, { passive: true })
  return () => {
    scroller.removeEventListener('scroll', onScroll)
    scroller.removeEventListener('wheel', onWheel)
  }
}

import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/solid-virtual'
import { createComputed, createSignal, onCleanup, onMount, untrack } from 'solid-js'
import { watchReader } from './reader-scroll.ts'

type Options = {
  scroller: () => HTMLElement
  keys: () => readonly string[]
  estimate: (key: string) => number
}
export type WindowRow = { key: string; index: number; start: number }

/**
 * Only the rows in sight are in the page. Anchored at the end: until the reader scrolls up it follows what is added;
 * from then on everything stays where it is, whether rows are added below or older ones above.
 */
export function createWindowing(options: Options) {
  const [rows, setRows] = createSignal<WindowRow[]>([])
  const [height, setHeight] = createSignal(0)
  const [following, setFollowing] = createSignal(true)
  const [atStart, setAtStart] = createSignal(false)
  let keys: readonly string[] = []

  const refresh = () => {
    setRows(virtualizer.getVirtualItems().map(({ key, index, start }) => ({ key: String(key), index, start })))
    setHeight(virtualizer.getTotalSize())
    setAtStart((virtualizer.range?.startIndex ?? 0) <= 3)
    follow()
  }
  // Asking where the end is makes the browser lay out the page: once per frame is enough.
  let frame = 0
  const follow = () => {
    if (frame !== 0 || !untrack(following)) return
    frame = requestAnimationFrame(() => {
      frame = 0
      if (untrack(following) && !virtualizer.isAtEnd()) virtualizer.scrollToEnd()
    })
  }
  onCleanup(() => cancelAnimationFrame(frame))
  const settings = () => ({
    count: keys.length,
    getScrollElement: () => options.scroller(),
    estimateSize: (index: number) => options.estimate(keys[index]!),
    getItemKey: (index: number) => keys[index] ?? index,
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    anchorTo: 'end' as const,
    paddingStart: 6,
    paddingEnd: 8,
    overscan: 6,
    onChange: () => {
      virtualizer._willUpdate()
      refresh()
    },
  })
  const virtualizer = new Virtualizer<HTMLElement, HTMLElement>(settings())

  onMount(() => {
    onCleanup(virtualizer._didMount())
    createComputed(() => {
      keys = [...options.keys()]
      virtualizer.setOptions(settings())
      virtualizer._willUpdate()
      untrack(refresh)
    })
    onCleanup(watchReader(options.scroller(), setFollowing))
    // A card that opens below takes room from the conversation: whoever was at its end stays there.
    const observer = new ResizeObserver(follow)
    observer.observe(options.scroller())
    onCleanup(() => observer.disconnect())
  })

  return {
    rows,
    height,
    following,
    atStart,
    measure: (element: HTMLElement) => virtualizer.measureElement(element),
    toEnd: () => {
      setFollowing(true)
      virtualizer.scrollToEnd()
    },
  }
}

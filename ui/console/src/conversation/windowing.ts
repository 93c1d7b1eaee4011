import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/solid-virtual'
import { createComputed, createSignal, onCleanup, onMount } from 'solid-js'

type Options = {
  scroller: () => HTMLElement
  keys: () => readonly string[]
  estimate: (key: string) => number
  /** Distance from the end, in pixels, at which the reader counts as being there. */
  threshold: number
}
export type WindowRow = { key: string; index: number; start: number }

/**
 * Only the rows in sight are in the page. Anchored at the end: while the reader is there it follows what is added; else
 * everything stays where it is, whether rows are added below or older ones above.
 */
export function createWindowing(options: Options) {
  const [rows, setRows] = createSignal<WindowRow[]>([])
  const [height, setHeight] = createSignal(0)
  const [atEnd, setAtEnd] = createSignal(true)
  const [atStart, setAtStart] = createSignal(false)
  let keys: readonly string[] = []

  const refresh = () => {
    setRows(virtualizer.getVirtualItems().map(({ key, index, start }) => ({ key: String(key), index, start })))
    setHeight(virtualizer.getTotalSize())
    setAtEnd(virtualizer.isAtEnd(options.threshold))
    setAtStart((virtualizer.range?.startIndex ?? 0) <= 3)
  }
  const settings = () => ({
    count: keys.length,
    getScrollElement: () => options.scroller(),
    estimateSize: (index: number) => options.estimate(keys[index]!),
    getItemKey: (index: number) => keys[index] ?? index,
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    anchorTo: 'end' as const,
    followOnAppend: true,
    scrollEndThreshold: options.threshold,
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
      refresh()
    })
    virtualizer.scrollToEnd()
  })

  return {
    rows,
    height,
    atEnd,
    atStart,
    measure: (element: HTMLElement) => virtualizer.measureElement(element),
    toEnd: () => virtualizer.scrollToEnd(),
  }
}

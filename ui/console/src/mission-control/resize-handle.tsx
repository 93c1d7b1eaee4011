type Props = { name: string; onResize: (by: { columns?: number; rows?: number }) => void }

const keys: Record<string, { columns?: number; rows?: number }> = {
  ArrowRight: { columns: 1 },
  ArrowLeft: { columns: -1 },
  ArrowDown: { rows: 1 },
  ArrowUp: { rows: -1 },
}

/** Drags the panel's corner to the next grid line; the arrow keys do the same. */
export function ResizeHandle(props: Props) {
  const onPointerDown = (event: PointerEvent & { currentTarget: HTMLElement }) => {
    const handle = event.currentTarget
    const panel = handle.parentElement!
    const { width, height } = panel.getBoundingClientRect()
    // The size of one grid unit is the panel's own, divided by how many units it spans.
    const unit = { x: width / spanOf(panel.style.gridColumn), y: height / spanOf(panel.style.gridRow) }
    let done = { columns: 0, rows: 0 }
    const move = (to: PointerEvent) => {
      const columns = Math.round((to.clientX - event.clientX) / unit.x)
      const rows = Math.round((to.clientY - event.clientY) / unit.y)
      if (columns === done.columns && rows === done.rows) return
      props.onResize({ columns: columns - done.columns, rows: rows - done.rows })
      done = { columns, rows }
    }
    handle.setPointerCapture(event.pointerId)
    handle.addEventListener('pointermove', move)
    handle.addEventListener('lostpointercapture', () => handle.removeEventListener('pointermove', move), { once: true })
    event.preventDefault()
  }
  return (
    <button
      type="button"
      aria-label={`Resize ${props.name} with the arrow keys`}
      onPointerDown={onPointerDown}
      onKeyDown={(event) => {
        const by = keys[event.key]
        if (!by) return
        event.preventDefault()
        props.onResize(by)
      }}
      class="absolute right-0 bottom-0 z-10 size-6 cursor-nwse-resize touch-none opacity-0 hover:opacity-100 focus-visible:opacity-100"
    >
      <svg viewBox="0 0 24 24" aria-hidden="true" class="text-faint">
        <path d="M20 12v8h-8M20 17l-3 3" fill="none" stroke="currentColor" stroke-width="1.5" />
      </svg>
    </button>
  )
}

const spanOf = (value: string) => Number(/span (\d)/.exec(value)?.[1] ?? 1)

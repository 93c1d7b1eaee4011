import { createSignal, onCleanup, onMount, Show } from 'solid-js'

type Tip = { text: string; x: number; y: number; above: boolean }

const delayMs = 350

/** One tooltip for the page, for everything that carries `data-tip`: twenty panels need no tooltip each. */
export function Tips() {
  const [tip, setTip] = createSignal<Tip | null>(null)
  let timer = 0

  const hide = () => {
    clearTimeout(timer)
    setTip(null)
  }
  const show = (event: Event) => {
    const target = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-tip]') : null
    hide()
    if (!target?.dataset['tip'] || (event.type === 'focusin' && !target.matches(':focus-visible'))) return
    const text = target.dataset['tip']
    timer = window.setTimeout(() => {
      const { left, width, bottom, top } = target.getBoundingClientRect()
      const above = bottom > innerHeight - 48
      const x = Math.min(Math.max(left + width / 2, 80), innerWidth - 80)
      if (target.isConnected) setTip({ text, x, y: above ? top - 6 : bottom + 6, above })
    }, delayMs)
  }

  onMount(() => {
    const events = { pointerover: show, focusin: show, pointerdown: hide, focusout: hide, keydown: hide }
    for (const [name, listener] of Object.entries(events)) document.addEventListener(name, listener, { passive: true })
    onCleanup(() => {
      for (const [name, listener] of Object.entries(events)) document.removeEventListener(name, listener)
    })
  })

  return (
    <Show when={tip()}>
      {(current) => (
        <div
          aria-hidden="true"
          class="pointer-events-none fixed z-50 -translate-x-1/2 rounded-xs border border-line-strong bg-overlay px-2 py-1 text-xs text-ink shadow-raised"
          classList={{ '-translate-y-full': current().above }}
          style={{ left: `${current().x}px`, top: `${current().y}px` }}
        >
          {current().text}
        </div>
      )}
    </Show>
  )
}

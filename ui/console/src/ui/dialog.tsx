import { Dialog as Base } from '@kobalte/core/dialog'
import X from 'lucide-solid/icons/x'
import type { JSX } from 'solid-js'
import { Button } from './button.tsx'

type Props = {
  title: string
  description?: JSX.Element
  onClose: () => void
  shape?: 'window' | 'wide'
  children: JSX.Element
}

const shapes = {
  window: 'animate-enter mx-auto mt-[12vh] max-h-[76vh] w-[min(480px,calc(100vw-24px))] rounded-lg',
  wide: 'animate-enter mx-auto mt-[8vh] max-h-[84vh] w-[min(640px,calc(100vw-24px))] rounded-lg',
}

export function Dialog(props: Props) {
  let content!: HTMLDivElement
  /** The field or button that carries `data-autofocus`; the close button otherwise. */
  const focusFirst = (event: Event) => {
    const first = content.querySelector<HTMLElement>('[data-autofocus]')
    if (!first) return
    event.preventDefault()
    first.focus()
  }
  return (
    <Base open onOpenChange={(open) => !open && props.onClose()}>
      <Base.Portal>
        <Base.Overlay class="fixed inset-0 z-40 bg-scrim" />
        <div class="pointer-events-none fixed inset-0 z-40">
          <Base.Content
            ref={(element) => (content = element)}
            onOpenAutoFocus={focusFirst}
            class={`pointer-events-auto flex flex-col overflow-hidden border border-line-strong bg-overlay shadow-overlay outline-none ${shapes[props.shape ?? 'window']}`}
          >
            <header class="flex shrink-0 items-start gap-3 px-5 pt-4 pb-3">
              <div class="min-w-0 flex-1">
                <Base.Title class="text-md font-semibold">{props.title}</Base.Title>
                <Base.Description class="mt-0.5 text-sm text-muted empty:hidden">{props.description}</Base.Description>
              </div>
              <Base.CloseButton
                aria-label="Close"
                class="-mr-1 inline-flex size-7 items-center justify-center rounded-sm text-faint hover:bg-hover hover:text-ink"
              >
                <X size={16} />
              </Base.CloseButton>
            </header>
            {props.children}
          </Base.Content>
        </div>
      </Base.Portal>
    </Base>
  )
}

export function DialogBody(props: { children: JSX.Element }) {
  return <div class="min-h-0 flex-1 overflow-y-auto px-5 pb-4">{props.children}</div>
}

export function DialogFoot(props: { children: JSX.Element }) {
  return (
    <footer class="flex shrink-0 items-center justify-end gap-2 border-t border-line bg-raised px-5 py-3">
      {props.children}
    </footer>
  )
}

/** Takes the place of buttons that have done their work, and the focus with it: else Escape would reach nobody. */
export function CloseButton(props: { onClose: () => void }) {
  return (
    <Button ref={(button) => queueMicrotask(() => button.focus())} onClick={() => props.onClose()}>
      Close
    </Button>
  )
}

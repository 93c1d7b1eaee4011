import { Toast, toaster } from '@kobalte/core/toast'
import { Portal } from 'solid-js/web'
import X from 'lucide-solid/icons/x'
import { sentenceOf } from '../sentence-of.ts'

type Tone = 'info' | 'failure'

/** Says something for six seconds (longer while it is pointed at); a failure stays until it is closed. */
export function notify(title: string, detail = '', tone: Tone = 'info'): void {
  toaster.show((props) => (
    // Each is a `status`, which an item of a list may not be.
    <Toast
      as="div"
      toastId={props.toastId}
      persistent={tone === 'failure'}
      duration={6000}
      priority={tone === 'failure' ? 'high' : 'low'}
      class="animate-enter flex w-80 items-start gap-2 rounded-md border border-line-strong bg-overlay p-3 shadow-overlay"
    >
      <div class="min-w-0 flex-1">
        <Toast.Title class={`text-sm font-medium ${tone === 'failure' ? 'text-failed' : 'text-ink'}`}>
          {title}
        </Toast.Title>
        <Toast.Description class="text-sm break-words text-muted empty:hidden">{detail}</Toast.Description>
      </div>
      <Toast.CloseButton
        aria-label="Dismiss"
        class="inline-flex size-6 items-center justify-center rounded-xs text-faint hover:bg-hover hover:text-ink"
      >
        <X size={14} />
      </Toast.CloseButton>
    </Toast>
  ))
}

export const notifyFailure = (what: string, error: unknown): void => notify(what, sentenceOf(error), 'failure')

export function Toasts() {
  return (
    <Portal>
      <Toast.Region limit={4} pauseOnInteraction aria-label="Notifications" class="fixed right-4 bottom-4 z-50">
        <Toast.List as="div" class="flex flex-col gap-2 outline-none" />
      </Toast.Region>
    </Portal>
  )
}

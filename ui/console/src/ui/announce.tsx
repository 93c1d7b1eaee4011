import { createSignal } from 'solid-js'

const [sentence, setSentence] = createSignal('')

/** Read aloud by screen readers; shown nowhere. */
export const announce = (text: string): void => void setSentence(text)

export function Announcer() {
  return (
    <div role="status" aria-live="polite" aria-label="Announcements" class="sr-only">
      {sentence()}
    </div>
  )
}

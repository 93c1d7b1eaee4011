import { A } from '@solidjs/router'
import { useMosaic } from './app-context.ts'

export default function NotFound() {
  const [home] = useMosaic().pages
  return (
    <main class="flex h-full flex-col items-center justify-center gap-2 p-6 text-center">
      <h1 class="text-lg font-semibold">There is nothing at this address</h1>
      <p class="text-muted">The link may be old, or a letter is missing.</p>
      <A href={home.path} class="mt-2 text-accent-ink underline underline-offset-2">
        Go to {home.title}
      </A>
    </main>
  )
}

import { useMosaic } from './app-context.ts'
import type { Page } from './page.ts'

export default function NotAllowed(props: { page: Page }) {
  const { operator } = useMosaic()
  return (
    <main class="flex h-full flex-col items-center justify-center gap-2 p-6 text-center">
      <h1 class="text-lg font-semibold">{props.page.title} is not open to you</h1>
      <p class="text-muted">
        It needs the role {props.page.role}; you are signed in as {operator.role}.
      </p>
    </main>
  )
}

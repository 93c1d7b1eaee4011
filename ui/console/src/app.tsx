import { ProblemError } from '@mosaic/client'
import { Navigate, Route, Router, type RouteSectionProps } from '@solidjs/router'
import { QueryClient, QueryClientProvider } from '@tanstack/solid-query'
import { For, lazy, Show } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import { useMosaic } from './app-context.ts'
import type { Page } from './page.ts'
import { pages } from './pages.ts'
import { LoginPage } from './sign-in/login-page.tsx'
import { SignedIn } from './sign-in/signed-in.tsx'

const NotFound = lazy(() => import('./not-found.tsx'))
const NotAllowed = lazy(() => import('./not-allowed.tsx'))

const mostRetries = 2

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // A refusal stays one; only what could not be reached is worth another try.
      retry: (failures, error) =>
        !(error instanceof ProblemError && error.problem.status < 500) && failures < mostRetries,
    },
  },
})

// Fetched while it is found out who is signed in.
void pages.find(({ path }) => path === location.pathname)?.component.preload()

export function App() {
  return (
    <QueryClientProvider client={queries}>
      <Router>
        <Route path="/login" component={LoginPage} />
        <Route path="/" component={(props: RouteSectionProps) => <SignedIn {...props} pages={pages} />}>
          <Route path="/" component={() => <Navigate href={pages[0].path} />} />
          <For each={pages}>{(page) => <Route path={page.path} component={() => <Place page={page} />} />}</For>
          <Route path="*" component={NotFound} />
        </Route>
      </Router>
    </QueryClientProvider>
  )
}

function Place(props: { page: Page }) {
  const { may } = useMosaic()
  document.title = `${props.page.title} · Mosaic`
  return (
    <Show when={may(props.page)} fallback={<NotAllowed page={props.page} />}>
      <Dynamic component={props.page.component} />
    </Show>
  )
}

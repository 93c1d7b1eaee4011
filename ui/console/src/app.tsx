import { Navigate, Route, Router } from '@solidjs/router'
import { QueryClient, QueryClientProvider } from '@tanstack/solid-query'
import { lazy } from 'solid-js'
import { ProblemError } from './api/problem-error.ts'
import { MissionControl } from './mission-control/mission-control.tsx'
import { LoginPage } from './sign-in/login-page.tsx'
import { SignedIn } from './sign-in/signed-in.tsx'

const SessionPage = lazy(() => import('./session/session-page.tsx'))
const NotFound = lazy(() => import('./not-found.tsx'))

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

export function App() {
  return (
    <QueryClientProvider client={queries}>
      <Router>
        <Route path="/login" component={LoginPage} />
        <Route path="/" component={SignedIn}>
          <Route path="/" component={() => <Navigate href="/mission-control" />} />
          <Route path="/mission-control" component={MissionControl} />
          <Route path="/sessions/:id" component={SessionPage} />
          <Route path="*" component={NotFound} />
        </Route>
      </Router>
    </QueryClientProvider>
  )
}

import { ProblemError } from '@mosaic/client'
import { Navigate, useLocation, useNavigate, type RouteSectionProps } from '@solidjs/router'
import { gatewayRoutes } from '@mosaic/contracts/http'
import type { OperatorView } from '@mosaic/contracts/operator'
import { useQuery } from '@tanstack/solid-query'
import { Match, onCleanup, onMount, Show, Switch } from 'solid-js'
import { gateway } from '../gateway.ts'
import { sentenceOf } from '../sentence-of.ts'
import type { Pages } from '../page.ts'
import { Shell } from '../shell.tsx'
import { Button } from '../ui/button.tsx'
import { Mark } from './brand.tsx'
import { tokenOf } from './link-token.ts'
import { isPlace, rememberTarget } from './target.ts'

/** Everything that needs a sign-in. A link's token may arrive at any address. */
export function SignedIn(props: RouteSectionProps & { pages: Pages }) {
  const location = useLocation()
  return (
    <Show when={tokenOf(location.hash) === null} fallback={<ToSignIn hash={location.hash} />}>
      <Gate {...props} />
    </Show>
  )
}

/** To the page that signs people in, and back here afterwards. */
function ToSignIn(props: { hash: string }) {
  const { pathname, search } = useLocation()
  if (isPlace(pathname + search)) rememberTarget(pathname + search)
  return <Navigate href={`/login${props.hash}`} />
}

function Gate(props: RouteSectionProps & { pages: Pages }) {
  const navigate = useNavigate()
  const location = useLocation()
  const me = useQuery(() => ({
    queryKey: ['me'],
    queryFn: () => gateway.call(gatewayRoutes.me),
    staleTime: Number.POSITIVE_INFINITY,
  }))
  onMount(() =>
    onCleanup(
      gateway.onSignedOut(() => {
        rememberTarget(location.pathname + location.search)
        navigate('/login', { replace: true })
      }),
    ),
  )
  const signedOut = () => me.error instanceof ProblemError && me.error.problem.status === 401

  return (
    <Switch fallback={<Starting />}>
      <Match when={me.data}>
        {(operator: () => OperatorView) => (
          <Shell operator={operator()} pages={props.pages}>
            {props.children}
          </Shell>
        )}
      </Match>
      <Match when={signedOut()}>
        <ToSignIn hash="" />
      </Match>
      <Match when={me.error}>
        {(error) => (
          <main class="flex h-full flex-col items-center justify-center gap-3 p-6 text-center">
            <Mark size={28} />
            <h1 class="text-md font-semibold">Mosaic cannot be reached</h1>
            <p class="max-w-sm text-muted">{sentenceOf(error())}</p>
            <Button onClick={() => void me.refetch()}>Try again</Button>
          </main>
        )}
      </Match>
    </Switch>
  )
}

function Starting() {
  return (
    <main class="flex h-full items-center justify-center" aria-busy="true" aria-label="Loading">
      <Mark size={28} />
    </main>
  )
}

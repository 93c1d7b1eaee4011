import { ProblemError } from '@mosaic/client'
import { useNavigate } from '@solidjs/router'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { createSignal, Match, onCleanup, onMount, Show, Switch } from 'solid-js'
import { gateway } from '../gateway.ts'
import { sentenceOf } from '../sentence-of.ts'
import { Command } from '../ui/copy.tsx'
import { Mark } from './brand.tsx'
import { takeToken } from './link-token.ts'
import { takeTarget } from './target.ts'

/** Trades a one-time link for a session, or says where such a link comes from. */
export function LoginPage() {
  const navigate = useNavigate()
  const [state, setState] = createSignal<'idle' | 'signing-in'>('idle')
  const [failure, setFailure] = createSignal<string | null>(null)

  const enter = () => navigate(takeTarget('/'), { replace: true })

  /** Somebody may have signed in from another tab of this browser, where the link was opened. */
  async function lookAgain(): Promise<void> {
    if (document.hidden || state() === 'signing-in') return
    await gateway.call(gatewayRoutes.me).then(enter, () => undefined)
  }

  async function signIn(): Promise<void> {
    const token = takeToken()
    if (token === null) return
    setState('signing-in')
    try {
      await gateway.call(gatewayRoutes.signIn, { body: { token } })
      enter()
    } catch (error) {
      setState('idle')
      setFailure(explain(error))
    }
  }

  onMount(() => {
    document.title = 'Sign in · Mosaic'
    void signIn()
    const again = () => void signIn()
    addEventListener('hashchange', again)
    const look = () => void lookAgain()
    document.addEventListener('visibilitychange', look)
    onCleanup(() => {
      removeEventListener('hashchange', again)
      document.removeEventListener('visibilitychange', look)
    })
  })

  return (
    <main class="flex h-full items-center justify-center p-6">
      <div class="w-full max-w-sm">
        <div class="mb-6 flex items-center gap-2.5">
          <Mark size={28} />
          <span class="text-lg font-semibold tracking-tight">Mosaic</span>
        </div>
        <Switch>
          <Match when={state() === 'signing-in'}>
            <h1 class="text-md font-semibold" role="status">
              Signing you in…
            </h1>
          </Match>
          <Match when={true}>
            <h1 class="text-md font-semibold">{failure() ? 'That link did not work' : 'Sign in with a link'}</h1>
            <Show when={failure()}>
              {(sentence) => (
                <p role="alert" class="mt-2 rounded-sm border border-failed/40 bg-failed/10 px-3 py-2 text-sm text-ink">
                  {sentence()}
                </p>
              )}
            </Show>
            <p class="mt-2 mb-4 text-muted">
              Mosaic has no passwords. Starting it prints a link that signs you in once; run this where Mosaic is
              installed, also while it is running, and open the link that it prints.
            </p>
            <Command command="./mosaic up --detach" what="the command" />
          </Match>
        </Switch>
      </div>
    </main>
  )
}

const explain = (error: unknown) =>
  error instanceof ProblemError && error.code === 'SIGN_IN_LINK_INVALID'
    ? 'It was used before or has expired: a link works once. Get a new one.'
    : sentenceOf(error)

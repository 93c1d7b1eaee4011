import { ErrorBoundary, lazy, Match, Suspense, Switch } from 'solid-js'
import { notify } from '../ui/toast.tsx'
import { closeOverlay, overlay, type Overlay } from './overlay.ts'

const KillDialog = lazy(() => import('./kill-dialog.tsx'))
const TerminateDialog = lazy(() => import('./terminate-dialog.tsx'))
const KillAllDialog = lazy(() => import('./kill-all-dialog.tsx'))
const SpawnDialog = lazy(() => import('./spawn-dialog.tsx'))
const Palette = lazy(() => import('../palette/palette.tsx'))
const ShortcutList = lazy(() => import('../palette/shortcut-list.tsx'))

/** What lies over the page; loaded when it is first opened. */
export function Overlays() {
  const of = <Kind extends Overlay['kind']>(kind: Kind) => {
    const current = overlay()
    return current?.kind === kind ? (current as Extract<Overlay, { kind: Kind }>) : null
  }
  return (
    <ErrorBoundary fallback={(error, reset) => <Failed error={error} reset={reset} />}>
      <Suspense>
        <Switch>
          <Match when={of('kill')} keyed>
            {({ sessionId }) => <KillDialog sessionId={sessionId} onClose={closeOverlay} />}
          </Match>
          <Match when={of('terminate')} keyed>
            {({ sessionId }) => <TerminateDialog sessionId={sessionId} onClose={closeOverlay} />}
          </Match>
          <Match when={of('kill-all')}>
            <KillAllDialog onClose={closeOverlay} />
          </Match>
          <Match when={of('spawn')}>
            <SpawnDialog onClose={closeOverlay} />
          </Match>
          <Match when={of('palette')}>
            <Palette onClose={closeOverlay} />
          </Match>
          <Match when={of('shortcuts')}>
            <ShortcutList onClose={closeOverlay} />
          </Match>
        </Switch>
      </Suspense>
    </ErrorBoundary>
  )
}

/** Parts of a page that is older than the server are gone: only loading it anew helps. */
function Failed(props: { error: unknown; reset: () => void }) {
  console.error(props.error)
  notify('This could not be opened', 'Mosaic may have been updated. Reload the page and try again.', 'failure')
  queueMicrotask(() => {
    closeOverlay()
    props.reset()
  })
  return null
}

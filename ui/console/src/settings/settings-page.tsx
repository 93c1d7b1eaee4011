import { For, type JSX, Match, Show, Switch } from 'solid-js'
import { Banners } from '../banners/banners.tsx'
import { Header } from '../header/header.tsx'
import { sentenceOf } from '../sentence-of.ts'
import { Button } from '../ui/button.tsx'

type Props = {
  title: string
  about: JSX.Element
  /** What is begun from here. */
  action?: JSX.Element
  /** As it stands that what the page lists is fetched. */
  query: { readonly isPending: boolean; readonly error: unknown; readonly refetch: () => unknown }
  isEmpty: boolean
  /** What is said where there is nothing to list. */
  empty: JSX.Element
  /** The items of the list. */
  children: JSX.Element
}

/** A page with a list of what is set up; it says why where the list is not there. */
export function SettingsPage(props: Props) {
  return (
    <div class="flex h-full flex-col">
      <Header />
      <Banners />
      <main aria-label={props.title} class="min-h-0 flex-1 overflow-y-auto bg-overlay">
        <div class="mx-auto flex max-w-3xl flex-col gap-4 p-5">
          <div class="flex items-start gap-4">
            <div class="min-w-0 flex-1">
              <h1 class="text-md font-semibold">{props.title}</h1>
              <p class="mt-1 text-sm text-muted">{props.about}</p>
            </div>
            {props.action}
          </div>
          <Switch>
            <Match when={props.query.isPending}>
              <div class="flex flex-col gap-3" aria-hidden="true">
                <For each={['h-20', 'h-20']}>{(height) => <div class={`skeleton ${height}`} />}</For>
              </div>
            </Match>
            <Match when={!props.isEmpty}>
              <Show when={props.query.error}>
                {(error) => (
                  <p role="alert" class="text-sm text-failed">
                    This is how it stood before: it cannot be looked at now. {sentenceOf(error())}
                  </p>
                )}
              </Show>
              <ul class="flex flex-col gap-3">{props.children}</ul>
            </Match>
            <Match when={props.query.error}>
              {(error) => (
                <div role="alert" class="flex flex-col items-start gap-2 text-muted">
                  <p>
                    The {props.title.toLowerCase()} could not be loaded. {sentenceOf(error())}
                  </p>
                  <Button size="sm" onClick={() => void props.query.refetch()}>
                    Try again
                  </Button>
                </div>
              )}
            </Match>
            <Match when={true}>{props.empty}</Match>
          </Switch>
        </div>
      </main>
    </div>
  )
}

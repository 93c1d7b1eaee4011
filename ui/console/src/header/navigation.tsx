import { A } from '@solidjs/router'
import { For, Show } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import { useMosaic } from '../app-context.ts'

/** The pages, where there is room for them; on a phone they are in the palette. */
export function Navigation() {
  const { may, pages } = useMosaic()
  return (
    <nav aria-label="Pages" class="hidden items-center gap-0.5 md:flex">
      <For each={pages.filter(may)}>
        {({ path, title, entry }) => (
          <Show when={entry}>
            {(to) => (
              <A
                href={path}
                data-tip={`${title}  g ${to().key}`}
                activeClass="bg-hover text-ink"
                inactiveClass="text-muted hover:bg-hover hover:text-ink"
                class="inline-flex h-7 items-center gap-1.5 rounded-sm px-2 text-xs font-medium whitespace-nowrap"
              >
                <Dynamic component={to().icon} size={13} />
                {title}
              </A>
            )}
          </Show>
        )}
      </For>
    </nav>
  )
}

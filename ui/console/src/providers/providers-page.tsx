import type { AgentProviderView } from '@mosaic/contracts/agent-provider'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { createSignal, For, Match, Show, Switch } from 'solid-js'
import { useMosaic } from '../app-context.ts'
import { SettingsPage } from '../settings/settings-page.tsx'
import { Button } from '../ui/button.tsx'
import { Command } from '../ui/copy.tsx'
import { ProviderDialog } from './provider-dialog.tsx'
import { ProviderItem } from './provider-item.tsx'
import { RemoveDialog } from './remove-dialog.tsx'
import { useProviders } from './use-providers.ts'

type Open = { readonly kind: 'add' } | { readonly kind: 'edit' | 'remove'; readonly provider: AgentProviderView }

/** Gateways where agents of others run: how each stands, and what an admin does with them. */
export default function ProvidersPage() {
  const { may } = useMosaic()
  const providers = useProviders()
  const [open, setOpen] = createSignal<Open | null>(null)
  const close = () => setOpen(null)
  const on = (kind: 'edit' | 'remove') => {
    const current = open()
    return current?.kind === kind ? current.provider : undefined
  }
  // By id: an item is not made anew, and keeps the focus, each time that it is looked at.
  const ids = () => providers.data?.items.map(({ providerId }) => providerId) ?? []
  const byId = (id: string) => providers.data?.items.find(({ providerId }) => providerId === id)
  return (
    <>
      <SettingsPage
        title="Providers"
        about="A provider is somewhere else where agents run: a gateway whose sessions are seen and steered here beside Mosaic's own. They stay where they are."
        action={
          <Show
            when={may(gatewayRoutes.addAgentProvider)}
            fallback={<p class="text-xs text-faint">An admin sets them up.</p>}
          >
            <Button variant="primary" onClick={() => setOpen({ kind: 'add' })}>
              Add a provider
            </Button>
          </Show>
        }
        query={providers}
        isEmpty={ids().length === 0}
        empty={<Empty />}
      >
        <For each={ids()}>
          {(id) => (
            <Show when={byId(id)}>
              {(provider) => (
                <ProviderItem
                  provider={provider()}
                  onEdit={() => setOpen({ kind: 'edit', provider: provider() })}
                  onRemove={() => setOpen({ kind: 'remove', provider: provider() })}
                />
              )}
            </Show>
          )}
        </For>
      </SettingsPage>
      <Switch>
        <Match when={open()?.kind === 'add'}>
          <ProviderDialog onClose={close} />
        </Match>
        <Match when={on('edit')}>{(provider) => <ProviderDialog provider={provider()} onClose={close} />}</Match>
        <Match when={on('remove')}>{(provider) => <RemoveDialog provider={provider()} onClose={close} />}</Match>
      </Switch>
    </>
  )
}

function Empty() {
  return (
    <div class="flex flex-col items-start gap-2 text-sm text-muted">
      <p>
        There are none yet. With an OpenClaw gateway added, every session that it has is here with all of its
        conversation, and others can be begun there: by its address and the token that it wants to be shown.
      </p>
      <Command command="mosaic provider add house --url wss://gateway.example" what="the command" />
    </div>
  )
}

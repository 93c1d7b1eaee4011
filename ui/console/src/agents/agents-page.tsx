import type { AgentPresetView } from '@mosaic/contracts/agent-provider'
import { For, Match, Switch } from 'solid-js'
import { Banners } from '../banners/banners.tsx'
import { Header } from '../header/header.tsx'
import { sentenceOf } from '../sentence-of.ts'
import { Button } from '../ui/button.tsx'
import { PresetState } from './preset-state.tsx'
import { usePresets } from './use-presets.ts'

/** Agents of other makers: which can be had, which are installed, and where their models can be. */
export default function AgentsPage() {
  const presets = usePresets()
  return (
    <div class="flex h-full flex-col">
      <Header />
      <Banners />
      <main aria-label="Agents" class="min-h-0 flex-1 overflow-y-auto bg-overlay">
        <div class="mx-auto flex max-w-3xl flex-col gap-4 p-5">
          <div>
            <h1 class="text-md font-semibold">Agents</h1>
            <p class="mt-1 text-sm text-muted">
              Mosaic runs agents of other makers as it runs its own: in a sandbox, on a branch of their own. They are
              got from npm into the data folder, and none of their packages' scripts is run.
            </p>
          </div>
          <Switch>
            <Match when={presets.data?.items.length}>
              <ul class="flex flex-col gap-3">
                <For each={presets.data?.items}>{(preset) => <Preset preset={preset} />}</For>
              </ul>
            </Match>
            <Match when={presets.isPending}>
              <div class="flex flex-col gap-3" aria-hidden="true">
                <For each={['h-20', 'h-20']}>{(height) => <div class={`skeleton ${height}`} />}</For>
              </div>
            </Match>
            <Match when={presets.error}>
              {(error) => (
                <div role="alert" class="flex flex-col items-start gap-2 text-muted">
                  <p>The agents could not be loaded. {sentenceOf(error())}</p>
                  <Button size="sm" onClick={() => void presets.refetch()}>
                    Try again
                  </Button>
                </div>
              )}
            </Match>
            <Match when={true}>
              <p class="text-muted">There are none to be had.</p>
            </Match>
          </Switch>
        </div>
      </main>
    </div>
  )
}

function Preset(props: { preset: AgentPresetView }) {
  const providers = () => props.preset.modelProviders
  return (
    <li class="flex flex-col gap-2 rounded-md border border-line bg-raised px-4 py-3">
      <div class="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <h2 class="font-semibold">{props.preset.title}</h2>
        <code class="font-mono text-xs text-faint">{props.preset.name}</code>
        <span class="text-xs text-faint">
          {props.preset.package === null
            ? 'yours, by MOSAIC_AGENT_PRESETS'
            : `${props.preset.package} ${props.preset.version}`}
        </span>
      </div>
      <PresetState preset={props.preset} removable />
      <p class="text-xs text-faint">
        {providers().length > 0
          ? `Its model can be one of: ${providers().join(', ')}`
          : 'No model provider is configured that it could ask (mosaic model add).'}
      </p>
    </li>
  )
}

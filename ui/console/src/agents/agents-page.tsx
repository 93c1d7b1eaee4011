import type { AgentPresetView } from '@mosaic/contracts/agent-provider'
import { For } from 'solid-js'
import { SettingsPage } from '../settings/settings-page.tsx'
import { PresetState } from './preset-state.tsx'
import { usePresets } from './use-presets.ts'

/** Agents of other makers: which can be had, which are installed, and where their models can be. */
export default function AgentsPage() {
  const presets = usePresets()
  return (
    <SettingsPage
      title="Agents"
      about="Mosaic runs agents of other makers as it runs its own: in a sandbox, on a branch of their own. They are got from npm into the data folder, and none of their packages' scripts is run."
      query={presets}
      isEmpty={!presets.data?.items.length}
      empty={<p class="text-muted">There are none to be had.</p>}
    >
      <For each={presets.data?.items}>{(preset) => <Preset preset={preset} />}</For>
    </SettingsPage>
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

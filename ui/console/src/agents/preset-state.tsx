import type { AgentPresetView } from '@mosaic/contracts/agent-provider'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { Match, Show, Switch } from 'solid-js'
import { useMosaic } from '../app-context.ts'
import { sentenceOf } from '../sentence-of.ts'
import { now } from '../time/now.ts'
import { Button } from '../ui/button.tsx'
import { usePresetChange } from './use-presets.ts'

/** Whether an agent is there, and the button that gets it; npm says itself why it could not be had. */
export function PresetState(props: { preset: AgentPresetView; removable?: boolean }) {
  const { may } = useMosaic()
  const change = usePresetChange()
  const to = (state: 'installed' | 'absent') => change.mutate({ name: props.preset.name, to: state })
  const seconds = () =>
    props.preset.installingSince === null
      ? 0
      : Math.max(0, Math.round((now() - Date.parse(props.preset.installingSince)) / 1000))
  const isOutdated = () => props.preset.version !== null && props.preset.installedVersion !== props.preset.version
  return (
    <div class="flex flex-col gap-1.5 text-sm">
      <div class="flex flex-wrap items-center gap-2" role="status">
        <Switch>
          <Match when={props.preset.state === 'installing'}>
            <span
              class="inline-block size-3 animate-spin rounded-full border-2 border-accent border-t-transparent motion-reduce:animate-none"
              aria-hidden="true"
            />
            <span>
              Getting {props.preset.package} from npm… {seconds()} s
            </span>
          </Match>
          <Match when={props.preset.state === 'installed'}>
            <span class="text-muted">
              Installed{props.preset.installedVersion && `, ${props.preset.installedVersion}`}
            </span>
          </Match>
          <Match when={true}>
            <span class="text-muted">Not installed</span>
          </Match>
        </Switch>
        <Show when={props.preset.package !== null && props.preset.state !== 'installing'}>
          <Show when={isOutdated() && may(gatewayRoutes.installAgentPreset)}>
            <Button
              size="sm"
              disabled={change.isPending}
              onClick={() => to('installed')}
              aria-label={`Install ${props.preset.title}`}
            >
              {props.preset.state === 'installed' ? `Update to ${props.preset.version}` : 'Install'}
            </Button>
          </Show>
          <Show when={props.removable && props.preset.state === 'installed' && may(gatewayRoutes.removeAgentPreset)}>
            <Button
              size="sm"
              variant="ghost"
              disabled={change.isPending}
              onClick={() => to('absent')}
              aria-label={`Remove ${props.preset.title}`}
            >
              Remove
            </Button>
          </Show>
          <Show when={props.preset.state === 'absent' && !may(gatewayRoutes.installAgentPreset)}>
            <span class="text-faint">An admin can install it.</span>
          </Show>
        </Show>
      </div>
      <Show when={change.error}>
        {(error) => (
          <p role="alert" class="text-failed">
            {sentenceOf(error())}
          </p>
        )}
      </Show>
      <Show when={props.preset.problem}>
        {(problem) => (
          <div role="alert">
            <p class="text-failed">It could not be installed. npm says:</p>
            <pre
              class="mt-1 max-h-40 overflow-auto rounded-sm border border-line bg-surface p-2 font-mono text-xs break-words whitespace-pre-wrap"
              tabindex="0"
            >
              {problem()}
            </pre>
          </div>
        )}
      </Show>
    </div>
  )
}

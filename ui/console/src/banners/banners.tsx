import { hasEnded } from '@mosaic/contracts/agent-session'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { useQuery } from '@tanstack/solid-query'
import ShieldAlert from 'lucide-solid/icons/shield-alert'
import ShieldOff from 'lucide-solid/icons/shield-off'
import TriangleAlert from 'lucide-solid/icons/triangle-alert'
import WifiOff from 'lucide-solid/icons/wifi-off'
import X from 'lucide-solid/icons/x'
import { createMemo, For, Show } from 'solid-js'
import { gateway } from '../gateway.ts'
import { useMosaic } from '../app-context.ts'
import { age } from '../time/format.ts'
import { now } from '../time/now.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { createPreference } from '../ui/preference.ts'
import { BudgetBanners } from './budget-banners.tsx'
import { FreezeBanner } from './freeze-banner.tsx'
import { Banner } from './banner.tsx'
import { gatesOffWords } from './gates-off.ts'
import { statusSentences } from './status-sentences.ts'

const refetchMs = 10_000

/** What a person must know before trusting what is on the page. */
export function Banners() {
  const { live, connection, lostAt, fleet } = useMosaic()
  const status = useQuery(() => ({
    queryKey: ['status'],
    queryFn: () => gateway.call(gatewayRoutes.status),
    refetchInterval: refetchMs,
  }))
  const lost = () => (connection() === 'lost' ? lostAt() : null)
  const sentences = createMemo(() => statusSentences(status.data?.components ?? {}))
  return (
    <div class="shrink-0">
      <Show when={lost()}>
        {(since) => (
          <Banner tone="failed" icon={<WifiOff size={14} />} title="Connection lost">
            What you see is {age(Math.max(now() - since(), 0)) === 'now' ? 'a moment' : age(now() - since())} old. It
            resumes by itself, without a gap.
            <Button size="sm" class="ml-auto" onClick={() => live.retry()}>
              Reconnect now
            </Button>
          </Banner>
        )}
      </Show>
      <Show when={connection() !== 'lost'}>
        <For each={sentences()}>
          {(sentence) => (
            <Banner tone={sentence.tone} icon={<TriangleAlert size={14} />} title={sentence.title}>
              {sentence.detail}
            </Banner>
          )}
        </For>
      </Show>
      <Show when={gatesOffWords(status.data?.components ?? {}, fleet.all())}>
        {(words) => (
          <Banner tone="failed" icon={<ShieldOff size={14} />} title="Quality gates disabled">
            {words()}
          </Banner>
        )}
      </Show>
      <BudgetBanners />
      <FreezeBanner />
      <SandboxNotice />
    </div>
  )
}

const [dismissed, setDismissed] = createPreference('sandbox-notice', ['', 'bubblewrap', 'process'])

/** Agents that run outside containers: said until it is dismissed, and again when it gets weaker. */
function SandboxNotice() {
  const { fleet } = useMosaic()
  const weakest = () => {
    const kinds = new Set(
      fleet.all().flatMap(({ sandbox, status }) => (sandbox && !hasEnded(status) ? [sandbox.kind] : [])),
    )
    return kinds.has('process') ? 'process' : kinds.has('bubblewrap') ? 'bubblewrap' : null
  }
  return (
    <Show when={weakest() !== dismissed() && weakest()}>
      {(kind) => (
        <Banner
          tone="waiting"
          icon={<ShieldAlert size={14} />}
          title={kind() === 'process' ? 'Agents run without a sandbox' : 'Agents are not running in Docker'}
        >
          {kind() === 'process'
            ? 'They are plain processes with the rights of whoever started Mosaic.'
            : 'They run in bubblewrap namespaces, which are weaker than containers.'}
          <IconButton label="Dismiss" class="ml-auto" onClick={() => setDismissed(kind())}>
            <X size={14} />
          </IconButton>
        </Banner>
      )}
    </Show>
  )
}

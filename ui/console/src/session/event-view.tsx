import { gatewayRoutes } from '@mosaic/contracts/http'
import { useQuery } from '@tanstack/solid-query'
import X from 'lucide-solid/icons/x'
import { Match, Switch } from 'solid-js'
import { gateway } from '../gateway.ts'
import { sentenceOf } from '../sentence-of.ts'
import { CopyButton } from '../ui/copy.tsx'
import { IconButton } from '../ui/button.tsx'

type Props = { sessionId: string; position: string; onClose: () => void }

/** One event as it stands in the log. */
export function EventView(props: Props) {
  const event = useQuery(() => ({
    queryKey: ['event', props.sessionId, props.position],
    queryFn: async () => {
      const stream = `agentSession-${props.sessionId}`
      // `from` is exclusive.
      const from = String(BigInt(props.position) - 1n)
      const { items } = await gateway.call(gatewayRoutes.events, { query: { stream, from, limit: 1 } })
      return items[0] ?? null
    },
    staleTime: Number.POSITIVE_INFINITY,
  }))
  const json = () => JSON.stringify(event.data, null, 2)
  return (
    <section aria-label="Event" class="flex h-full flex-col">
      <header class="flex h-10 shrink-0 items-center gap-1 border-b border-line pr-2 pl-4">
        <h2 class="min-w-0 flex-1 truncate font-semibold">{event.data?.type ?? 'Event'}</h2>
        <CopyButton text={json() ?? ''} what="the event" />
        <IconButton label="Close the event" onClick={() => props.onClose()}>
          <X size={14} />
        </IconButton>
      </header>
      <Switch fallback={<p class="p-4 text-muted">There is no event at this position.</p>}>
        <Match when={event.data}>
          <pre
            tabindex="0"
            aria-label="Event as JSON"
            class="min-h-0 flex-1 overflow-auto p-4 font-mono text-xs break-words whitespace-pre-wrap text-muted"
          >
            {json()}
          </pre>
        </Match>
        <Match when={event.isPending}>
          <div class="flex flex-col gap-2 p-4" aria-hidden="true">
            <div class="skeleton h-3 w-2/3" />
            <div class="skeleton h-3 w-1/2" />
          </div>
        </Match>
        <Match when={event.error}>{(error) => <p class="p-4 text-muted">{sentenceOf(error())}</p>}</Match>
      </Switch>
    </section>
  )
}

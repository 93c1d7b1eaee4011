import { A } from '@solidjs/router'
import type { SessionStatus } from '@mosaic/contracts/agent-session'
import type { DashboardView } from '@mosaic/contracts/fleet'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { useQuery } from '@tanstack/solid-query'
import { createMemo, For, type JSX, Show } from 'solid-js'
import { gateway } from '../gateway.ts'
import { useMosaic } from '../app-context.ts'
import { asking } from '../approvals/asking.ts'
import { age, cost, count, duration } from '../time/format.ts'
import { now } from '../time/now.ts'
import { StatusShape } from '../ui/status.tsx'
import { statusWords } from '../ui/status-words.ts'

const shown: readonly SessionStatus[] = ['waiting', 'running', 'paused', 'completed', 'failed', 'killed']
const refetchMs = 15_000
const staleMs = 30_000

/** The numbers of the workspace, each with its age once it may be out of date. */
export function Numbers() {
  const { connection, lostAt } = useMosaic()
  const numbers = useQuery(() => ({
    queryKey: ['dashboard'],
    queryFn: () => gateway.call(gatewayRoutes.dashboard),
    refetchInterval: refetchMs,
  }))
  const staleFor = () => {
    const since = numbers.dataUpdatedAt
    if (since === 0) return null
    const old = now() - Math.min(since, lostAt() ?? since)
    return connection() === 'lost' || numbers.isError || old > staleMs ? age(Math.max(old, 0)) : null
  }
  return (
    <section
      aria-label="Dashboard"
      class="flex h-10 items-center gap-x-4 overflow-x-auto border-t border-line px-3 text-xs whitespace-nowrap [scrollbar-width:none]"
      tabindex="0"
    >
      <Show when={numbers.data} fallback={<Waiting failed={numbers.isError} />}>
        {(data) => <Values data={data()} stale={staleFor()} />}
      </Show>
    </section>
  )
}

function Values(props: { data: DashboardView; stale: string | null }) {
  const { fleet } = useMosaic()
  const approvals = createMemo(() => asking(fleet.all()).length)
  const latency = (milliseconds: number | null) => (milliseconds === null ? '–' : duration(milliseconds))
  const tokens = () => props.data.usage.inputTokens + props.data.usage.outputTokens
  return (
    <>
      <Cell name="live" stale={props.stale} strong>
        {props.data.live}
      </Cell>
      <For each={shown}>
        {(status) => (
          <Cell name={statusWords[status].toLowerCase()} stale={props.stale} status={status}>
            {status === 'waiting' ? props.data.needsInput : (props.data.sessions[status] ?? 0)}
          </Cell>
        )}
      </For>
      <Show when={approvals() > 0}>
        <A
          href="/settings/approvals"
          data-tip="What waits for an approval"
          class="rounded-xs bg-waiting-soft px-1.5 py-0.5 underline-offset-2 hover:underline"
        >
          <Cell name="to approve" stale={null}>
            <span class="text-waiting">{approvals()}</span>
          </Cell>
        </A>
      </Show>
      <Show when={props.data.needsAttention > 0}>
        <Cell name="need attention" stale={props.stale}>
          <span class="text-waiting">{props.data.needsAttention}</span>
        </Cell>
      </Show>
      <Show when={props.data.queued > 0}>
        <Cell name="queued" stale={props.stale}>
          {props.data.queued}
        </Cell>
      </Show>
      <span class="min-w-0 flex-1" />
      <Cell name="tokens" stale={props.stale}>
        {count(tokens())}
      </Cell>
      <Show when={props.data.usage.cacheReadTokens > 0}>
        <Cell name="from cache" stale={props.stale}>
          {count(props.data.usage.cacheReadTokens)}
        </Cell>
      </Show>
      <Cell name="cost" stale={props.stale}>
        {cost(props.data.usage)}
      </Cell>
      <Cell name="spawn p50 / p99" stale={props.stale}>
        {latency(props.data.spawnLatencyMs.p50)} / {latency(props.data.spawnLatencyMs.p99)}
      </Cell>
      <Cell name="kill p50 / p99" stale={props.stale}>
        {latency(props.data.killLatencyMs.p50)} / {latency(props.data.killLatencyMs.p99)}
      </Cell>
    </>
  )
}

type CellProps = { name: string; stale: string | null; status?: SessionStatus; strong?: boolean; children: JSX.Element }

function Cell(props: CellProps) {
  return (
    <span class="inline-flex items-center gap-1.5" data-number={props.name}>
      <Show when={props.status}>{(status) => <StatusShape status={status()} />}</Show>
      <span class="font-semibold text-ink">{props.children}</span>
      <span class="text-faint">{props.name}</span>
      <Show when={props.stale}>
        {(stale) => (
          <span class="text-waiting" data-tip="How old this number is">
            {stale() === 'now' ? '0 s' : stale()}
            <span class="sr-only"> old</span>
          </span>
        )}
      </Show>
    </span>
  )
}

function Waiting(props: { failed: boolean }) {
  return (
    <Show when={!props.failed} fallback={<span class="text-faint">The numbers are not available right now.</span>}>
      <For each={['w-12', 'w-20', 'w-16', 'w-16', 'w-14']}>
        {(width) => <span class={`skeleton h-3 ${width}`} aria-hidden="true" />}
      </For>
    </Show>
  )
}

import { A } from '@solidjs/router'
import type { AuditEntry } from '@mosaic/contracts/operator'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { useInfiniteQuery } from '@tanstack/solid-query'
import { createMemo, For, Match, Show, Switch } from 'solid-js'
import { gateway } from '../gateway.ts'
import { sentenceOf } from '../sentence-of.ts'
import { useMosaic } from '../app-context.ts'
import { dateAndTime } from '../time/format.ts'
import { Button } from '../ui/button.tsx'
import { inputClass } from '../ui/field.tsx'
import { actionWord, auditActions } from './actions.ts'

const pageSize = 50

/** Which entries are shown; empty for all. */
export type AuditFilter = { readonly action: string; readonly sessionId: string }

type Props = {
  filter: AuditFilter
  onFilter: (filter: AuditFilter) => void
}

/** What people did, newest first, from the log. */
export function AuditLog(props: Props) {
  const { fleet } = useMosaic()
  const action = () => props.filter.action
  const sessionId = () => props.filter.sessionId
  const entries = useInfiniteQuery(() => ({
    queryKey: ['audit', action(), sessionId()],
    queryFn: ({ pageParam }: { pageParam: string | undefined }) =>
      gateway.call(gatewayRoutes.audit, {
        query: {
          limit: pageSize,
          cursor: pageParam,
          action: action() || undefined,
          sessionId: sessionId() || undefined,
        },
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    staleTime: 0,
  }))
  const items = createMemo(() => entries.data?.pages.flatMap((page) => page.items) ?? [])
  const filtered = () => action() !== '' || sessionId() !== ''

  return (
    <>
      <div class="flex shrink-0 flex-wrap items-center gap-2 border-b border-line px-5 pb-3">
        <select
          aria-label="Action"
          class={`${inputClass} w-auto!`}
          value={action()}
          onChange={(event) => props.onFilter({ ...props.filter, action: event.currentTarget.value })}
        >
          <option value="">Every action</option>
          <For each={auditActions}>{(type) => <option value={type}>{actionWord(type)}</option>}</For>
        </select>
        <select
          aria-label="Session"
          class={`${inputClass} w-auto! max-w-56`}
          value={sessionId()}
          onChange={(event) => props.onFilter({ ...props.filter, sessionId: event.currentTarget.value })}
        >
          <option value="">Every session</option>
          <For each={fleet.all()}>{(session) => <option value={session.sessionId}>{session.name}</option>}</For>
        </select>
        <span class="flex-1" />
        <Button size="sm" onClick={() => void entries.refetch()} disabled={entries.isFetching}>
          Refresh
        </Button>
      </div>
      <div class="min-h-0 flex-1 overflow-y-auto" tabindex="0" role="region" aria-label="Audit entries">
        <Switch>
          <Match when={items().length > 0}>
            <table class="w-full table-fixed border-collapse text-left max-sm:block">
              <thead class="sticky top-0 bg-overlay text-xs text-faint max-sm:sr-only">
                <tr class="border-b border-line">
                  <th class="w-46 py-2 pl-5 font-medium">Time</th>
                  <th class="w-24 font-medium">User</th>
                  <th class="w-36 font-medium">Action</th>
                  <th class="w-28 font-medium">Session</th>
                  <th class="pr-5 font-medium max-sm:hidden">Preview</th>
                </tr>
              </thead>
              <tbody class="max-sm:block">
                <For each={items()}>{(entry) => <Row entry={entry} />}</For>
              </tbody>
            </table>
            <Show when={entries.hasNextPage}>
              <div class="p-4 text-center">
                <Button size="sm" onClick={() => void entries.fetchNextPage()} disabled={entries.isFetchingNextPage}>
                  {entries.isFetchingNextPage ? 'Loading…' : 'Load older'}
                </Button>
              </div>
            </Show>
          </Match>
          <Match when={entries.isPending}>
            <div class="flex flex-col gap-3 p-5" aria-hidden="true">
              <For each={['w-full', 'w-11/12', 'w-full', 'w-10/12']}>
                {(width) => <div class={`skeleton h-4 ${width}`} />}
              </For>
            </div>
          </Match>
          <Match when={entries.error}>
            {(error) => (
              <div role="alert" class="flex flex-col items-start gap-2 p-5 text-muted">
                <p>The audit log could not be loaded. {sentenceOf(error())}</p>
                <Button size="sm" onClick={() => void entries.refetch()}>
                  Try again
                </Button>
              </div>
            )}
          </Match>
          <Match when={true}>
            <p class="p-5 text-muted">
              {filtered()
                ? 'Nobody did that here.'
                : 'Nobody has done anything yet. Barge-ins, pauses and kills are listed here.'}
            </p>
          </Match>
        </Switch>
      </div>
    </>
  )
}

function Row(props: { entry: AuditEntry }) {
  return (
    <tr class="border-b border-line align-top hover:bg-hover max-sm:grid max-sm:grid-cols-2 max-sm:gap-x-3 max-sm:px-5 max-sm:py-2">
      <td class="py-2 pl-5 whitespace-nowrap text-muted max-sm:order-1 max-sm:p-0 max-sm:text-xs">
        <time datetime={props.entry.occurredAt}>{dateAndTime(props.entry.occurredAt)}</time>
      </td>
      <td class="truncate py-2 pr-2 max-sm:order-2 max-sm:p-0 max-sm:text-right max-sm:text-xs">
        {props.entry.operatorName}
      </td>
      <td class="py-2 pr-2 max-sm:p-0">{actionWord(props.entry.action)}</td>
      <td class="truncate py-2 pr-2 max-sm:p-0 max-sm:text-right">
        <Show when={props.entry.sessionId}>
          {(sessionId) => (
            <A
              href={`/sessions/${sessionId()}?event=${props.entry.position}`}
              aria-label={`${props.entry.sessionName ?? 'Session'}, event ${props.entry.revision}`}
              class="text-accent-ink underline-offset-2 hover:underline"
            >
              {props.entry.sessionName ?? sessionId()}
            </A>
          )}
        </Show>
      </td>
      <td class="truncate py-2 pr-5 text-muted max-sm:hidden" title={props.entry.preview}>
        {props.entry.preview}
      </td>
    </tr>
  )
}

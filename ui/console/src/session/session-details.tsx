import { A } from '@solidjs/router'
import { agentWord, cannotBeRead } from '@mosaic/client'
import type { SessionView } from '@mosaic/contracts/agent-session'
import { For, Show } from 'solid-js'
import { Receipt } from '../actions/receipt.tsx'
import { useMosaic } from '../app-context.ts'
import { spentWords } from '../budgets/budget-words.ts'
import { useBudgets } from '../budgets/use-budgets.ts'
import { cost, count, dateAndTime } from '../time/format.ts'
import { Command } from '../ui/copy.tsx'
import { StatusBadge } from '../ui/status.tsx'
import { Fact, Part } from './facts.tsx'
import { SessionWork } from './session-work.tsx'

export function SessionDetails(props: { session: SessionView }) {
  return (
    <div class="flex flex-col divide-y divide-line">
      <Part title="Task">
        <p class="break-words whitespace-pre-wrap">{props.session.task}</p>
        <Show when={props.session.unreadable}>
          {(unreadable) => (
            <p class="mt-2 rounded-sm border border-failed/40 bg-failed/10 px-2.5 py-1.5 break-words">
              This session {cannotBeRead(unreadable())} (position {unreadable().position}), and is not run on. What is
              shown of later is what could be read. <code class="font-mono text-xs">{unreadable().reason}</code>
            </p>
          )}
        </Show>
        <Show when={props.session.failure}>
          {(failure) => (
            <p class="mt-2 rounded-sm border border-failed/40 bg-failed/10 px-2.5 py-1.5">
              <code class="font-mono text-xs">{failure().code}</code> {failure().message}
            </p>
          )}
        </Show>
        <Show when={props.session.summary}>{(summary) => <p class="mt-2 text-muted">{summary()}</p>}</Show>
      </Part>
      <Show when={props.session.killReceipt.length > 0}>
        <Part title="Kill receipt">
          <Receipt session={props.session} />
        </Part>
      </Show>
      <Part title="Continue in the terminal">
        <Command
          command={`./mosaic agent ${props.session.runtime === 'pty' ? `attach ${props.session.sessionId}` : `messages ${props.session.sessionId} --follow`}`}
          what="the command"
        />
      </Part>
      <SessionWork session={props.session} />
      <SessionModel session={props.session} />
      <RelatedSessions session={props.session} />
      <Part title="Times">
        <dl class="grid grid-cols-[96px_1fr] gap-y-1">
          <Fact name="Requested">{dateAndTime(props.session.requestedAt)}</Fact>
          <Fact name="Started">{props.session.startedAt && dateAndTime(props.session.startedAt)}</Fact>
          <Fact name="Ended">{props.session.endedAt && dateAndTime(props.session.endedAt)}</Fact>
          <Fact name="Session" copy={props.session.sessionId}>
            {props.session.sessionId}
          </Fact>
        </dl>
      </Part>
    </div>
  )
}

function SessionModel(props: { session: SessionView }) {
  const usage = () => props.session.usage
  const budgets = useBudgets()
  const budget = () =>
    budgets.data?.items.find(({ scope }) => scope.kind === 'session' && scope.id === props.session.sessionId)
  return (
    <Part title="Model">
      <dl class="grid grid-cols-[96px_1fr] gap-y-1">
        <Fact name="Agent">{agentWord(props.session)}</Fact>
        <Show when={props.session.provider}>
          {(provider) => (
            <Fact name="There" copy={provider().sessionKey}>
              {provider().sessionKey}
            </Fact>
          )}
        </Show>
        <Fact name="Model provider">{props.session.modelProvider}</Fact>
        <Fact name="Model">{props.session.model}</Fact>
        <Fact name="Cost">{cost(usage())}</Fact>
        <Show when={budget()}>{(own) => <Fact name="Budget">{spentWords(own())}</Fact>}</Show>
        <Fact name="Tokens in">{count(usage().inputTokens)}</Fact>
        <Fact name="Tokens out">{count(usage().outputTokens)}</Fact>
        <Fact name="From cache">{count(usage().cacheReadTokens)}</Fact>
        <Fact name="To cache">{count(usage().cacheWriteTokens)}</Fact>
        <Fact name="Steps">{props.session.turns}</Fact>
        <Fact name="Tool calls">{props.session.toolCalls}</Fact>
      </dl>
    </Part>
  )
}

function RelatedSessions(props: { session: SessionView }) {
  const { fleet } = useMosaic()
  const children = () => fleet.all().filter(({ parentSessionId }) => parentSessionId === props.session.sessionId)
  const parent = () => (props.session.parentSessionId ? fleet.sessions[props.session.parentSessionId] : undefined)
  const before = () => fleet.sessions[props.session.predecessor?.sessionId ?? '']
  const successor = () => fleet.sessions[props.session.successorSessionId ?? '']
  return (
    <Show when={parent() || children().length > 0 || before() || successor()}>
      <Part title="Related agents">
        <ul class="flex flex-col gap-1">
          <Show when={parent()}>{(session) => <Related session={session()} relation="parent" />}</Show>
          <Show when={before()}>{(session) => <Related session={session()} relation="earlier" />}</Show>
          <Show when={successor()}>{(session) => <Related session={session()} relation="goes on there" />}</Show>
          <For each={children()}>{(session) => <Related session={session} relation="spawned" />}</For>
        </ul>
      </Part>
    </Show>
  )
}

function Related(props: { session: SessionView; relation: string }) {
  return (
    <li class="flex items-center gap-2">
      <A
        href={`/sessions/${props.session.sessionId}`}
        class="min-w-0 truncate text-accent-ink underline-offset-2 hover:underline"
      >
        {props.session.name}
      </A>
      <span class="flex-1 text-xs text-faint">{props.relation}</span>
      <StatusBadge session={props.session} />
    </li>
  )
}

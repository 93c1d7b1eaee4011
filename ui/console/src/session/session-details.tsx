import { A } from '@solidjs/router'
import { cannotBeRead, getBack, guaranteesText, keptWords, pushWords } from '@mosaic/client'
import type { SessionView } from '@mosaic/contracts/agent-session'
import { For, type JSX, Show } from 'solid-js'
import { Receipt } from '../actions/receipt.tsx'
import { useMosaic } from '../app-context.ts'
import { cost, count, dateAndTime } from '../time/format.ts'
import { Command, CopyButton } from '../ui/copy.tsx'
import { StatusBadge } from '../ui/status.tsx'

export function SessionDetails(props: { session: SessionView }) {
  const { fleet } = useMosaic()
  const children = () => fleet.all().filter(({ parentSessionId }) => parentSessionId === props.session.sessionId)
  const parent = () => (props.session.parentSessionId ? fleet.sessions[props.session.parentSessionId] : undefined)
  const before = () => fleet.sessions[props.session.predecessor?.sessionId ?? '']
  const successor = () => fleet.sessions[props.session.successorSessionId ?? '']
  const usage = () => props.session.usage
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
        <Command command={`./mosaic agent messages ${props.session.sessionId} --follow`} what="the command" />
      </Part>
      <Part title="Work">
        <dl class="grid grid-cols-[96px_1fr] gap-y-1">
          <Fact name="Repository">{props.session.repository}</Fact>
          <Fact name="Branch" copy={props.session.branch}>
            {props.session.branch}
          </Fact>
          <Fact name="From">
            {props.session.baseBranch} {props.session.baseCommit?.slice(0, 8)}
          </Fact>
          <Fact name="Commits" copy={props.session.headCommit}>
            {props.session.commits}
            <Show when={props.session.headCommit}>{(commit) => <> · newest {commit().slice(0, 8)}</>}</Show>
          </Fact>
          <Show when={props.session.push}>
            {(push) => <Fact name="Push">{pushWords(push(), props.session.branch)}</Fact>}
          </Show>
          <Fact name="Sandbox">
            {props.session.sandbox?.kind === 'process' ? 'no sandbox: plain processes' : props.session.sandbox?.kind}
            <Show when={props.session.sandbox?.guarantees}>
              {(guarantees) => <div class="text-xs text-muted">{guaranteesText(guarantees())}</div>}
            </Show>
          </Fact>
          <Fact name="Worktree" copy={props.session.worktree}>
            {props.session.worktree}
          </Fact>
        </dl>
        <UncommittedWork session={props.session} />
      </Part>
      <Part title="Model">
        <dl class="grid grid-cols-[96px_1fr] gap-y-1">
          <Fact name="Model provider">{props.session.modelProvider}</Fact>
          <Fact name="Model">{props.session.model}</Fact>
          <Fact name="Cost">{cost(usage())}</Fact>
          <Fact name="Tokens in">{count(usage().inputTokens)}</Fact>
          <Fact name="Tokens out">{count(usage().outputTokens)}</Fact>
          <Fact name="From cache">{count(usage().cacheReadTokens)}</Fact>
          <Fact name="To cache">{count(usage().cacheWriteTokens)}</Fact>
          <Fact name="Steps">{props.session.turns}</Fact>
          <Fact name="Tool calls">{props.session.toolCalls}</Fact>
        </dl>
      </Part>
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

function UncommittedWork(props: { session: SessionView }) {
  return (
    <>
      <Show when={props.session.uncommitted}>
        {(kept) => (
          <div class="mt-2">
            <p class="mb-1">
              {keptWords(kept())} ({pushWords(kept().push, kept().ref)}). To get it:
            </p>
            <Command command={getBack(props.session, kept())} what="the command" />
          </div>
        )}
      </Show>
      <Show when={props.session.leftWork}>
        {(left) => (
          <p class="mt-2 rounded-sm border border-failed/40 bg-failed/10 px-2.5 py-1.5 break-words">
            What is not committed could not be kept, so it still is in the worktree: {left().message}
          </p>
        )}
      </Show>
    </>
  )
}

function Part(props: { title: string; children: JSX.Element }) {
  return (
    <section aria-label={props.title} class="px-4 py-3">
      <h2 class="mb-1.5 text-xs font-medium text-faint">{props.title}</h2>
      {props.children}
    </section>
  )
}

function Fact(props: { name: string; copy?: string | null; children: JSX.Element }) {
  return (
    <>
      <dt class="text-faint">{props.name}</dt>
      <dd class="flex min-w-0 items-start gap-1">
        <span class="min-w-0 flex-1 break-words">{props.children ?? '–'}</span>
        <Show when={props.copy}>
          {(text) => (
            <span class="-my-0.5">
              <CopyButton text={text()} what={props.name.toLowerCase()} />
            </span>
          )}
        </Show>
      </dd>
    </>
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

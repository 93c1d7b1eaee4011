import { getBack, guaranteesText, isOffered, keptWords, leftWayOut, pushWords, standingWorktree } from '@mosaic/client'
import type { SessionView } from '@mosaic/contracts/agent-session'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { createSignal, Show } from 'solid-js'
import { discardWork, keepWork } from '../actions/commands.ts'
import { useMosaic } from '../app-context.ts'
import { Button } from '../ui/button.tsx'
import { Command } from '../ui/copy.tsx'
import { Fact, Part } from './facts.tsx'

/** Where a session works, what it has made there, and where that is now. */
export function SessionWork(props: { session: SessionView }) {
  return (
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
        <Show when={standingWorktree(props.session)}>
          {(worktree) => (
            <Fact name="Worktree" copy={worktree()}>
              {worktree()}
            </Fact>
          )}
        </Show>
      </dl>
      <UncommittedWork session={props.session} />
    </Part>
  )
}

/** Asked twice, since it is gone then. */
function Decision(props: { session: SessionView }) {
  const { may } = useMosaic()
  const [busy, setBusy] = createSignal(false)
  const [asked, setAsked] = createSignal(false)
  const decide = async (command: Promise<boolean>) => {
    setBusy(true)
    await command
    setBusy(false)
    setAsked(false)
  }
  return (
    <div class="mt-2 flex gap-2">
      <Show when={may(gatewayRoutes.keepWork)}>
        <Button size="sm" disabled={busy()} onClick={() => void decide(keepWork(props.session))}>
          Keep on branch
        </Button>
      </Show>
      <Show when={may(gatewayRoutes.discardWork)}>
        <Button
          size="sm"
          disabled={busy()}
          onClick={() => void (asked() ? decide(discardWork(props.session)) : setAsked(true))}
        >
          {asked() ? 'Discard it for good' : 'Discard'}
        </Button>
      </Show>
    </div>
  )
}

function UncommittedWork(props: { session: SessionView }) {
  return (
    <>
      <Show when={!props.session.isPruned && props.session.uncommitted}>
        {(kept) => (
          <div class="mt-2">
            <p class="mb-1">
              {keptWords(kept())} ({pushWords(kept().push, kept().ref)}). To get it:
            </p>
            <Command command={getBack(props.session, kept())} what="the command" />
            <Show when={isOffered(props.session)}>
              <Decision session={props.session} />
            </Show>
          </div>
        )}
      </Show>
      <Show when={props.session.leftWork}>
        {(left) => (
          <p class="mt-2 rounded-sm border border-failed/40 bg-failed/10 px-2.5 py-1.5 break-words">
            What is not committed could not be kept, so it still is in {props.session.worktree}: {left().message} (
            {leftWayOut(props.session, left())})
          </p>
        )}
      </Show>
    </>
  )
}

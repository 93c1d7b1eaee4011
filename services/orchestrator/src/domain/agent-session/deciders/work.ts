import type { Push } from '@mosaic/contracts/agent-session'
import type { CommandOf, WorkReport } from '../commands.ts'
import type { EndedSession, LiveSession } from '../state.ts'
import {
  type Deciders,
  type Decision,
  type EndedDeciders,
  factOf,
  nothing,
  only,
  outOfOrder,
  refuse,
} from './decision.ts'

/** What became of its branch on its way onto the base: as merge queue and host say, whatever the session does. */
const landings = {
  NoteLanded: (command, session) => only({ type: 'WorkLanded', data: factOf(command, session) }),
  NoteLandingConflicted: (command, session) => only({ type: 'LandingConflicted', data: factOf(command, session) }),
  NoteLandingRejected: (command, session) => only({ type: 'LandingRejected', data: factOf(command, session) }),
  NoteProposed: (command, session) => only({ type: 'WorkProposed', data: factOf(command, session) }),
  NoteProposalChecked: (command, session) => only({ type: 'ProposalChecked', data: factOf(command, session) }),
  NoteProposalReturned: (command, session) => only({ type: 'ProposalReturned', data: factOf(command, session) }),
  NoteProposalEnded: (command, session) => only({ type: 'ProposalEnded', data: factOf(command, session) }),
} satisfies Partial<Deciders> & EndedDeciders

/** Its commits, where they were pushed to, and what people did with its branch. */
export const work = {
  RecordCommit: (command, live) =>
    // One that an earlier step has made and that goes out now is no second commit.
    live.work.head?.commit === command.commit
      ? recordWork({ type: 'RecordPush', commit: command.commit, push: command.push }, live)
      : only({ type: 'CommitRecorded', data: factOf(command, live) }),
  RecordCheckpoint: (command, live) => {
    if (live.owner === 'begins') return outOfOrder('the session has no place whose files could be kept')
    const isKnown = live.work.checkpoint?.commit === command.commit
    return isKnown ? nothing : only({ type: 'CheckpointRecorded', data: factOf(command, live) })
  },
  FailCheckpoint: (command, live) =>
    live.work.checkpointFailure === command.code
      ? nothing
      : only({ type: 'CheckpointFailed', data: factOf(command, live) }),
  AllowSecret: allowSecret,
  RecordPush: recordWork,
  RecordKept: () => outOfOrder('what a session has not committed is kept when it has ended'),
  RecordRevisited: () => outOfOrder('the session works in its worktree'),
  NoteMerged: noteMerged,
  ...landings,
  NoteCheckpointsRemoved: (command, live) => only({ type: 'CheckpointsRemoved', data: factOf(command, live) }),
  NoteKeptCommitted: (_, { status }) => notOver(status),
  NoteKeptDiscarded: (_, { status }) => notOver(status),
  NotePruned: (_, { status }) => notOver(status),
} satisfies Partial<Deciders>

const notOver = (status: string) => refuse('SESSION_NOT_OVER', `the session is ${status}: it works on this`)

export const endedWork = {
  AllowSecret: allowSecret,
  RecordPush: recordWork,
  RecordKept: recordWork,
  RecordRevisited: recordRevisited,
  NoteMerged: noteMerged,
  ...landings,
  NoteCheckpointsRemoved: (command, ended) => only({ type: 'CheckpointsRemoved', data: factOf(command, ended) }),
  NoteKeptCommitted: ({ ref, ...made }, ended) => {
    if (!ended.work.kept) return nothing
    const { sessionId } = ended.spec
    return only(
      { type: 'CommitRecorded', data: factOf(made, ended) },
      { type: 'KeptWorkCommitted', data: { sessionId, ref, commit: made.commit } },
    )
  },
  NoteKeptDiscarded: (command, ended) =>
    ended.work.kept ? only({ type: 'KeptWorkDiscarded', data: factOf(command, ended) }) : nothing,
  NotePruned: (command, ended) => only({ type: 'WorkPruned', data: factOf(command, ended) }),
} satisfies EndedDeciders

function noteMerged(command: CommandOf<'NoteMerged'>, session: LiveSession | EndedSession): Decision {
  return only({ type: 'WorkMerged', data: factOf(command, session) })
}

function allowSecret({ file, fingerprint }: CommandOf<'AllowSecret'>, session: LiveSession | EndedSession): Decision {
  const isAllowed = session.work.allowed.some((each) => each.file === file && each.fingerprint === fingerprint)
  const { sessionId } = session.spec
  return isAllowed ? nothing : only({ type: 'SecretAllowed', data: { sessionId, file, fingerprint } })
}

function recordRevisited(report: CommandOf<'RecordRevisited'>, ended: EndedSession): Decision {
  const { left } = ended.work
  const isKnown = left?.code === report.leftWork?.code && left?.message === report.leftWork?.message
  return isKnown ? nothing : only({ type: 'WorktreeRevisited', data: factOf(report, ended) })
}

type Made = Exclude<WorkReport, { readonly type: 'RecordRevisited' }>

function recordWork(report: Made, session: LiveSession | EndedSession): Decision {
  const { head, kept } = session.work
  if (report.type === 'RecordKept') {
    return kept?.commit === report.commit
      ? nothing
      : only({ type: 'UncommittedWorkKept', data: factOf(report, session) })
  }
  const known = [head, kept].find((commit) => commit?.commit === report.commit)
  return known && isSame(known.push, report.push)
    ? nothing
    : only({ type: 'BranchPushed', data: factOf(report, session) })
}

const isSame = (one: Push, other: Push): boolean => {
  if (one.state === 'pushed') return other.state === 'pushed' && one.as === other.as
  return other.state === 'failed' && one.code === other.code && one.message === other.message
}

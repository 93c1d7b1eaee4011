import { z } from 'zod'
import { event, eventSince, uuid } from '../../kernel/index.ts'
import { returnTo } from '../../merge-queue/vocabulary.ts'
import { pullRequestAddress, pullRequestChecks, pullRequestState } from '../../pull-request/vocabulary.ts'
import { commitRecordedV1 } from '../upcasts.ts'
import { allowedSecret, checkpoint, keptWork, leftWork, push } from '../vocabulary.ts'
import { session } from './session.ts'

const landing = { ...session, landingId: uuid, branch: z.string(), into: z.string() }
const notLanded = { files: z.array(z.string()), to: returnTo, times: z.int().min(0) }

const proposal = { ...session, pullRequestId: uuid, ...pullRequestAddress }

/** Its commits, where they were pushed to, and what people did with its branch. */
export const workEvents = {
  CommitRecorded: eventSince(
    z.object({
      ...session,
      commit: z.string(),
      branch: z.string(),
      message: z.string(),
      files: z.int().min(0),
      insertions: z.int().min(0),
      deletions: z.int().min(0),
      push,
      /** The branch that it merges in. */
      merged: z.string().nullable(),
    }),
    [commitRecordedV1],
  ),
  /** Somebody has looked at what was taken for a secret. Agents themselves never allow one. */
  SecretAllowed: event(z.object({ ...session, ...allowedSecret.shape })),
  /** What is recorded already, of commits or of kept changes, was pushed again, by itself or because somebody asked. */
  BranchPushed: event(z.object({ ...session, commit: z.string(), push })),
  /** After a step that has changed files: a session that loses its worktree goes on from here. */
  CheckpointRecorded: event(z.object({ ...session, ...checkpoint.shape })),
  /** Old ones were taken away; `remaining` are there still. */
  CheckpointsRemoved: event(z.object({ ...session, count: z.int().min(1), remaining: z.int().min(0) })),
  /** The files could not be kept as they are; told once for each reason until they can. */
  CheckpointFailed: event(z.object({ ...session, code: z.string(), message: z.string() })),
  /** Whatever ended the session: what it had not committed is no longer in its worktree alone. */
  UncommittedWorkKept: event(z.object({ ...session, ...keptWork.shape })),
  /** An operator has had that committed on its branch, as that commit. */
  KeptWorkCommitted: event(z.object({ ...session, ref: z.string(), commit: z.string() })),
  /** An operator has given it up. */
  KeptWorkDiscarded: event(z.object({ ...session, ref: z.string(), commit: z.string() })),
  /** What an ended session had left in its worktree was looked at again. `null`: nothing is left there, and the worktree is gone. */
  WorktreeRevisited: event(z.object({ ...session, leftWork: leftWork.nullable() })),
  /** An operator has had its branch merged. `changed`: not by whatever way before. */
  WorkMerged: event(
    z.object({ ...session, branch: z.string(), into: z.string(), commit: z.string(), changed: z.boolean() }),
  ),
  /** Its branch stands on the base now, which was moved to that commit. */
  WorkLanded: event(z.object({ ...landing, commit: z.string() })),
  /** It conflicts with the base. `to: agent`: the agent is asked again, for the `times`th time; else a person has to look. */
  LandingConflicted: event(z.object({ ...landing, ...notLanded })),
  /** What it would make of the base does not pass, or is not taken. */
  LandingRejected: event(z.object({ ...landing, ...notLanded, code: z.string(), message: z.string() })),
  /** Its branch stands in a pull request at the repository's host, at that commit. */
  WorkProposed: event(z.object({ ...proposal, into: z.string(), headCommit: z.string() })),
  /** What its host's checks say of that commit. */
  ProposalChecked: event(z.object({ ...proposal, headCommit: z.string(), checks: pullRequestChecks })),
  /** Others have said something about it. `to: agent`: the agent goes on with it, for the `times`th time; else a person has to look. */
  ProposalReturned: event(z.object({ ...proposal, message: z.string(), to: returnTo, times: z.int().min(0) })),
  ProposalEnded: event(
    z.object({
      ...proposal,
      outcome: pullRequestState.exclude(['open']),
      into: z.string(),
      commit: z.string(),
    }),
  ),
  /** An operator has had its branch, and what was kept of its uncommitted work, taken away. */
  WorkPruned: event(z.object({ ...session, refs: z.array(z.string()) })),
} as const

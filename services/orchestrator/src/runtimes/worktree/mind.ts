import type { SandboxKind } from '@mosaic/contracts/agent-session'
import type { LiveSession, Spec } from '../../domain/agent-session/index.ts'
import type { EmptyWorktree } from '../../git/index.ts'
import type { Call } from '../../journal/transcript.ts'
import type { Extras } from '../../setup/index.ts'
import type { Entrance } from './entrance.ts'
import type { Surroundings, Where } from './surroundings.ts'

/** How a session comes to its sandbox, and of which kind that will be. */
export type Ahead = { readonly entrance: Entrance; readonly sandbox: SandboxKind }

/** Who thinks for a session in a worktree of ours: worktree, sandbox, pause, kill and release are the same for all. */
export type Mind = {
  /** After so many turns a session has failed. */
  readonly mostTurns: number
  /** Whether a turn that ends without a word is the end, or it is asked again. */
  readonly endsSilently: boolean
  /** What its sandbox has besides what the repository's settings want. */
  brings(session: LiveSession): Extras
  /** What it is told first of who and where it is. */
  introduction(spec: Spec, where: Where, around: Surroundings): string
  /** Thinks about the task while the worktree's files are being written, where it can. Never rejects. */
  thinkAhead(empty: EmptyWorktree, ahead: Ahead): Promise<void>
  /** Whether it thinks already about what it would be asked now. */
  isAhead(): boolean
  /** Nobody wants to know any more what it thought beforehand; settles once nothing is said any more. */
  dropAhead(): Promise<void>
  /** What answers have cost that nobody hears, as facts. */
  tellUnheard(): Promise<void>
  /** Whether its conversation should be made shorter before it goes on. */
  isCrowded(): boolean
  /** Makes its conversation shorter, as a fact. */
  compact(session: LiveSession): Promise<void>
  /** Thinks until it has said something, which is a fact then. */
  takeTurn(session: LiveSession): Promise<void>
  /** Carries out a call that it has made, or says what became of one that was cut off. */
  runTool(call: Call): Promise<void>
  /** Its session has ended, and nothing of it runs any more: what was kept for it on this machine goes. */
  forget(): Promise<void>
  /** Its run is over: nothing of it is left behind. */
  end(): void
}

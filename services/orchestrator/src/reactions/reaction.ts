import type { Actor } from '@mosaic/contracts/kernel'
import type { LogEvent } from '@mosaic/event-store'
import type { Commands } from '../commands.ts'

export type EventOf<Type extends LogEvent['type']> = Extract<LogEvent, { type: Type }>

type Asked = {
  /** Tells the commands apart that one event brings about. */
  readonly key: string
  /** In place of the id that follows from reaction, event and key: where logs may hold the command under it already. */
  readonly commandId?: string
  /** On whose behalf; the orchestrator's own without it. */
  readonly actor?: Actor
}

/** What a reaction asks for. */
export type ReactionCommand = {
  [Name in keyof Commands]: Asked & {
    readonly to: Name
    readonly id: string
    readonly command: Parameters<Commands[Name]>[1]
  }
}[keyof Commands]

/** A fold of the log that is kept in memory and in the checkpoint. Pure; its state is plain JSON. */
export type Fold<State, Type extends LogEvent['type']> = {
  readonly name: string
  /** Rises when `evolve` comes to mean something else: what was kept of an earlier one is not used. */
  readonly version: number
  readonly handles: readonly Type[]
  readonly initial: State
  evolve(state: State, event: EventOf<Type>): State
}

/** A process manager: what has happened, and the commands that follow from it. It writes nothing itself. */
export type Reaction<State, Type extends LogEvent['type']> = Fold<State, Type> & {
  /** @param state as it was before the event. The same event in the same state asks for the same commands. */
  react(state: State, event: EventOf<Type>): readonly ReactionCommand[]
}

export const defineFold = <State, const Type extends LogEvent['type']>(fold: Fold<State, Type>) => fold
export const defineReaction = <State, const Type extends LogEvent['type']>(reaction: Reaction<State, Type>) => reaction

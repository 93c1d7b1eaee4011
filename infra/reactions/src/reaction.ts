import type { Actor, Rejection, Result } from '@mosaic/contracts/kernel'
import type { CommandContext, LogEvent } from '@mosaic/event-store'

export type EventOf<Type extends LogEvent['type']> = Extract<LogEvent, { type: Type }>

/** The ways to the aggregates that a process decides about, by the name under which reactions address them. */
export type Senders = Readonly<
  Record<string, (id: string, command: never, context: CommandContext) => Promise<Result<unknown, Rejection>>>
>

type Asked = {
  /** Tells the commands apart that one event brings about. */
  readonly key: string
  /** In place of the id that follows from reaction, event and key: where logs may hold the command under it already. */
  readonly commandId?: string
  /** On whose behalf; the process's own without it. */
  readonly actor?: Actor
  /** When somebody asked for just this, where that stands in the event: else it is asked for when it is sent. */
  readonly occurredAt?: string
}

/** What a reaction asks for: a command to one aggregate of a process whose ways are `Ways`. */
export type CommandTo<Ways extends Senders> = {
  [Name in keyof Ways & string]: Asked & {
    readonly to: Name
    readonly id: string
    readonly command: Parameters<Ways[Name]>[1]
  }
}[keyof Ways & string]

/** The same, whatever the process. */
export type AnyCommand = Asked & {
  readonly to: string
  readonly id: string
  readonly command: { readonly type: string }
}

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
export type Reaction<State, Type extends LogEvent['type'], Command extends AnyCommand> = Fold<State, Type> & {
  /** @param state as it was before the event. The same event in the same state asks for the same commands. */
  react(state: State, event: EventOf<Type>): readonly Command[]
}

export const defineFold = <State, const Type extends LogEvent['type']>(fold: Fold<State, Type>) => fold

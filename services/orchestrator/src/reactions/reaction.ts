import type { LogEvent } from '@mosaic/event-store'
import type { CommandTo, Reaction } from '@mosaic/reactions'
import type { Commands } from '../commands.ts'

/** What a reaction of the orchestrator's asks for. */
export type ReactionCommand = CommandTo<Commands>

export const defineReaction = <State, const Type extends LogEvent['type']>(
  reaction: Reaction<State, Type, ReactionCommand>,
) => reaction

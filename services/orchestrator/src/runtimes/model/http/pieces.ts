import type { Tokens } from '../contract.ts'

/** By what a server tells the blocks of an answer apart. */
export type BlockKey = string | number

export type NewBlock = {
  readonly type: 'text' | 'thinking' | 'tool_use' | 'other'
  readonly id?: string | null | undefined
  readonly name?: string
  /** Of a call: its input as it came in one piece, in case no part of it follows. */
  readonly input?: unknown
  readonly text?: string
  readonly signature?: string
}

export type Counted = { readonly [Count in keyof Tokens]?: number | undefined }

/** What something that a server sends adds to its answer, whatever the dialect. Text and thoughts need no `begun`. */
export type Piece =
  | { readonly type: 'begun'; readonly key: BlockKey; readonly block: NewBlock }
  | {
      readonly type: 'more'
      readonly key: BlockKey
      readonly of: 'text' | 'thinking' | 'signature' | 'input'
      readonly text: string
    }
  | { readonly type: 'closed'; readonly key: BlockKey }
  | { readonly type: 'model'; readonly name: string }
  | { readonly type: 'counted'; readonly tokens: Counted }
  /** Why nothing more will be said, in the words of the Messages API. */
  | { readonly type: 'stopped'; readonly reason: string }
  /** Whatever comes after it is not part of the answer. */
  | { readonly type: 'whole' }

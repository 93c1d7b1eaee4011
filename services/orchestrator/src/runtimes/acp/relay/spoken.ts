import type { ModelDialect } from '@mosaic/contracts/credential'
import { anthropic } from './spoken-anthropic.ts'
import { gemini } from './spoken-gemini.ts'
import { openaiChat, openaiResponses } from './spoken-openai.ts'

/** What an agent asks, as its JSON has it. Written by a hostile agent. */
export type Body = Readonly<Record<string, unknown>>

/** Where it asks: what of that is behind the maker's address, and whether an answer costs something. */
export type Route = { readonly path: string; readonly costs: boolean; readonly model?: string | undefined }

/** How the clients of agents ask their models in a dialect: what may pass of it, and how much that can cost. */
export type Spoken = {
  /** Behind the relay's address; `undefined`: nothing that may be asked for here. */
  route(url: string): Route | undefined
  /** The field that holds the conversation. */
  readonly conversation: string
  /** The longest answer that is asked for, in tokens; `undefined` where none is said. */
  longest(body: Body): unknown
  withLongest(body: Body, tokens: number): Body
  /** What its server would reach for an agent, past the rules of its network; `undefined`: nothing. */
  elsewhere(body: Body): string | undefined
  /** What would cost more than can be told from what is sent; `undefined`: nothing. */
  unbounded(body: Body): string | undefined
  /** An error as its server says it. */
  error(status: number, message: string): object
}

const all: Readonly<Partial<Record<ModelDialect, Spoken>>> = {
  anthropic,
  openai: openaiChat,
  'openai-responses': openaiResponses,
  gemini,
}

/** `undefined`: no agent that we know asks in it. */
export const spokenIn = (dialect: ModelDialect): Spoken | undefined => all[dialect]

import { createHash } from 'node:crypto'
import type { Sent } from '../../worktree/index.ts'
import { isObject } from './bounds.ts'
import type { Body } from './spoken.ts'
import { shortened } from './texts.ts'

/** A text under its digest; `json` where it may have to be told. */
export type Text = {
  readonly digest: string
  /** Of what was sent, secrets and all, which nobody is told: what looks alike once it is covered may be longer than it was. */
  readonly sent: string
  /** Of that. */
  readonly bytes: number
  readonly json: string | null
}

/** What is asked, in texts. */
export type Prompt = { readonly head: readonly Text[]; readonly messages: readonly Text[] }

/** How a call's prompt is told: what it begins with like another, and what is new. */
export type Told = {
  readonly head: string[]
  readonly extends: { readonly callId: string; readonly messages: number } | null
  readonly added: string[]
  readonly texts: readonly Text[]
}

type Kept = {
  readonly callId: string
  /** Digests of what was sent. */
  readonly head: readonly string[]
  readonly messages: readonly string[]
  /** Tokens of all of it, as its server has counted. */
  readonly counted: number | null
}

/** An agent has as many conversations with its model at a time as it has agents of its own. */
const mostKept = 16
/** Beyond this, what has been told already may be told again. */
const mostKnown = 50_000
/** More parts than this are told as one. */
const mostParts = 2000

/**
 * What the calls of one agent have told its model: much of it again and again. Each text is a fact once, and a
 * conversation is told by where it goes on.
 */
export class Prompts {
  readonly #conversation: string
  readonly #redact: <T>(value: T) => T
  #kept: Kept[] = []
  /** Digests of what is in the log. */
  readonly #told = new Set<string>()
  /** By the digest of what was sent, that of what is told. */
  readonly #digests = new Map<string, string>()

  /** @param conversation The field of a request that holds it. */
  constructor(conversation: string, redact: <T>(value: T) => T) {
    this.#conversation = conversation
    this.#redact = redact
  }

  read(body: Body): Prompt {
    const field = this.#conversation
    const told = body[field]
    const rest = Object.fromEntries(Object.entries(body).filter(([name]) => name !== field))
    const messages = Array.isArray(told) ? told : told === undefined ? [] : [told]
    return { head: headOf(rest).map((part) => this.#text(part)), messages: messages.map((one) => this.#text(one)) }
  }

  /** Its size, and how much of it is new to a model that has counted what comes before. */
  sizeOf(prompt: Prompt): Sent {
    const bytes = sum(prompt.head) + sum(prompt.messages)
    const base = this.#baseOf(prompt)
    const isAll = base && base.messages === base.kept.messages.length && sameTexts(base.kept.head, prompt.head)
    if (!isAll || base.kept.counted === null) return { bytes, messages: prompt.messages.length, since: null }
    const added = prompt.messages.slice(base.messages)
    const since = { counted: base.kept.counted, bytes: sum(added), messages: added.length }
    return { bytes, messages: prompt.messages.length, since }
  }

  tell(prompt: Prompt): Told {
    const base = this.#baseOf(prompt)
    const added = prompt.messages.slice(base?.messages ?? 0)
    const texts = new Map([...prompt.head, ...added].map((text) => [text.digest, text]))
    return {
      head: prompt.head.map(({ digest }) => digest),
      extends: base ? { callId: base.kept.callId, messages: base.messages } : null,
      added: added.map(({ digest }) => digest),
      texts: [...texts.values()].filter(({ digest }) => !this.#told.has(digest)),
    }
  }

  /** What was told stands in the log now. */
  keep(callId: string, { head, messages }: Prompt, counted: number | null): void {
    if (this.#told.size > mostKnown) {
      this.#told.clear()
      this.#digests.clear()
    }
    for (const { digest } of [...head, ...messages]) this.#told.add(digest)
    const kept = { callId, head: sentOf(head), messages: sentOf(messages), counted }
    // Where a conversation goes on, how it was before is needed no more.
    const others = this.#kept.filter((other) => !isBeginning(other.messages, kept.messages))
    this.#kept = [kept, ...others].slice(0, mostKept)
  }

  #baseOf(prompt: Prompt): { kept: Kept; messages: number } | undefined {
    const all = this.#kept.map((kept) => ({ kept, messages: commonWith(kept.messages, prompt.messages) }))
    const best = all.toSorted((a, b) => b.messages - a.messages)[0]
    return best && best.messages > 0 ? best : undefined
  }

  #text(value: unknown): Text {
    const sent = JSON.stringify(withoutMarks(value)) ?? 'null'
    const bytes = Buffer.byteLength(sent)
    const digestSent = digestOf(sent)
    const known = this.#digests.get(digestSent)
    if (known !== undefined && this.#told.has(known)) return { digest: known, sent: digestSent, bytes, json: null }
    // Digests of what holds a secret would tell it to whoever guesses.
    const json = JSON.stringify(shortened(this.#redact(withoutMarks(value)))) ?? 'null'
    const digest = digestOf(json)
    this.#digests.set(digestSent, digest)
    return { digest, sent: digestSent, bytes, json }
  }
}

export const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32)

/** Parts of a request that come again by themselves: one tool more is no other prompt. */
function headOf(rest: Body): unknown[] {
  const lists = ['system', 'tools'].flatMap((field) => {
    const value = rest[field]
    return Array.isArray(value) ? value.map((one: unknown) => ({ [field]: [one] })) : []
  })
  if (lists.length > mostParts) return [rest]
  const others = Object.entries(rest).filter(
    ([field, value]) => !['system', 'tools'].includes(field) || !Array.isArray(value),
  )
  return [...lists, ...(others.length > 0 ? [Object.fromEntries(others)] : [])]
}

/** Where a prompt is to be cached moves from call to call, and is nothing that is said. */
function withoutMarks(value: unknown): unknown {
  if (!isObject(value)) return value
  const { cache_control: _, ...rest } = value
  const { content, system, tools } = rest
  return {
    ...rest,
    ...(Array.isArray(content) && { content: content.map(withoutMark) }),
    ...(Array.isArray(system) && { system: system.map(withoutMark) }),
    ...(Array.isArray(tools) && { tools: tools.map(withoutMark) }),
  }
}

function withoutMark(value: unknown): unknown {
  if (!isObject(value)) return value
  const { cache_control: _, ...rest } = value
  return rest
}

const sum = (texts: readonly Text[]) => texts.reduce((total, { bytes }) => total + bytes, 0)
const sentOf = (texts: readonly Text[]) => texts.map(({ sent }) => sent)
const sameTexts = (one: readonly string[], other: readonly Text[]) =>
  one.length === other.length && one.every((sent, at) => sent === other[at]?.sent)
const isBeginning = (of: readonly string[], all: readonly string[]) => of.every((sent, at) => sent === all[at])

function commonWith(kept: readonly string[], messages: readonly Text[]): number {
  const at = kept.findIndex((sent, index) => sent !== messages[index]?.sent)
  return at === -1 ? kept.length : at
}

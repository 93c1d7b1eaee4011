import type { GatewayConnection } from './connection.ts'
import { GatewayGone } from './faults.ts'
import { historyPage } from './protocol.ts'
import { type GatewayMessage, messagesOf } from './rows.ts'

/** Rows of a first look, and of each one further back; characters of one row. */
const [newest, further, mostCharacters] = [50, 400, 60_000]
/** So far back is looked, in rows: what is older stays at the gateway. */
export const mostRows = 50_000

export type Conversation = {
  /** In their order. */
  readonly messages: readonly GatewayMessage[]
  /** Whether an agent is at work there. */
  readonly isActive: boolean
  /** Rows that were nothing that we know. */
  readonly unknown: number
  /** There is more, further back than is looked. */
  readonly isCut: boolean
}

/**
 * A conversation from its end back to what is known of it. @throws GatewayGone, GatewayRefused
 * @param isKnown whether the log has a message
 */
export async function readConversation(
  connection: GatewayConnection,
  sessionKey: string,
  isKnown: (message: GatewayMessage) => boolean,
): Promise<Conversation> {
  const rows: unknown[] = []
  let isActive: boolean | undefined
  let offset = 0
  for (;;) {
    const asked = { sessionKey, maxChars: mostCharacters, ...(offset > 0 && { offset }) }
    const answer = await connection.call('chat.history', { ...asked, limit: offset === 0 ? newest : further })
    const page = historyPage.safeParse(answer).data
    if (!page) throw new GatewayGone('NOT_A_GATEWAY', 'what it shows of a conversation is none')
    rows.unshift(...page.messages)
    isActive ??= page.sessionInfo?.hasActiveRun === true
    const next = page.nextOffset ?? offset + page.messages.length
    const mayHaveMore = page.hasMore === true && page.messages.length > 0 && next > offset
    const isCut = mayHaveMore && rows.length >= mostRows
    if (!mayHaveMore || isCut || messagesOf(page.messages).messages.some(isKnown)) {
      return { ...messagesOf(rows), isActive, isCut }
    }
    offset = next
  }
}

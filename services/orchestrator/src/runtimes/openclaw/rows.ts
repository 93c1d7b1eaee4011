import { createHash } from 'node:crypto'
import { historyRow, type HistoryRow } from './protocol.ts'

/** A message of a gateway's conversation: all rows that are of it. */
export type GatewayMessage = { readonly id: string; readonly rows: readonly HistoryRow[] }

/**
 * What a gateway shows of a conversation, put into its order: it may come in any, twice, and with what is none of it.
 * @returns how many rows were nothing that we know, besides the messages
 */
export function messagesOf(rows: readonly unknown[]): { messages: GatewayMessage[]; unknown: number } {
  const read = rows.flatMap((row) => historyRow.safeParse(row).data ?? [])
  // Stable: where it does not number them, they stay as they came.
  const ordered = read.toSorted((a, b) => (a.__openclaw?.seq ?? 0) - (b.__openclaw?.seq ?? 0))
  const byId = new Map<string, HistoryRow[]>()
  for (const row of ordered) {
    const id = row.__openclaw?.id ?? digestOf(row)
    const of = byId.get(id)
    if (!of) byId.set(id, [row])
    else if (!of.some((other) => isSame(other, row))) of.push(row)
  }
  return { messages: Array.from(byId, ([id, of]) => ({ id, rows: of })), unknown: rows.length - read.length }
}

/** Its only name, where it is given none. */
const digestOf = (row: HistoryRow): string => createHash('sha256').update(JSON.stringify(row)).digest('hex')
const isSame = (a: HistoryRow, b: HistoryRow): boolean => JSON.stringify(a) === JSON.stringify(b)

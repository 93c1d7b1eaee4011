import type { Logger } from '@mosaic/runtime'
import { openApprovals } from './approvals.ts'
import type { GatewayConnection } from './connection.ts'
import { GatewayGone, GatewayRefused } from './faults.ts'
import type { Gateway } from './gateway.ts'
import {
  type ApprovalAsked,
  approvalAsked,
  approvalOver,
  type GatewayEvent,
  ofSession,
  sessionList,
  sessionRow,
  type SessionRow,
  words,
} from './protocol.ts'

/** Sessions of one page, and of all that are looked at. */
const [pageRows, mostRows] = [200, 5000]
/** How often a gateway is looked at that tells nothing by itself, and one that does, in milliseconds. */
const [pollMs, safetyMs] = [3000, 60_000]

/** A session of the gateway's that is run here. */
export type Guest = {
  /** There may be more of its conversation. */
  stirred(): void
  /** The gateway is there again, or not any more. */
  changed(): void
  said(words: { readonly delta: string; readonly itemId?: string | undefined }): void
  asked(approval: ApprovalAsked): void
  decided(approvalId: string): void
  /** All that wait for an answer, of this session. */
  waiting(approvals: readonly ApprovalAsked[]): void
  /** The gateway has it no more. */
  left(): void
}

type HouseParts = {
  readonly gateway: Gateway
  /** What was there first comes to be a session here; answers whether it is one, or shall be none. */
  readonly adopt: (row: SessionRow) => Promise<boolean>
  readonly logger: Logger
}

/** A gateway and what of it is run here. Events say when to look; what was said and done is read from its conversations. */
export class House {
  readonly gateway: Gateway
  readonly #parts: HouseParts
  readonly #guests = new Map<string, Guest>()
  /** Sessions that need not be looked at again: they are here, or were. */
  readonly #known = new Set<string>()
  readonly #listed = new Set<string>()
  readonly #stops: (() => void)[] = []
  #looking: Promise<void> | undefined
  #lookAgain = false
  #isStopped = false
  #timer: NodeJS.Timeout | undefined

  constructor(parts: HouseParts) {
    this.gateway = parts.gateway
    this.#parts = parts
    this.#stops.push(
      this.gateway.onEvent((event) => this.#heard(event)),
      this.gateway.onChange(() => this.#changed()),
    )
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    clearTimeout(this.#timer)
    for (const stop of this.#stops) stop()
    await this.gateway.stop()
    await this.#looking
  }

  /** @returns how it goes again */
  take(sessionKey: string, guest: Guest): () => void {
    this.#known.add(sessionKey)
    this.#guests.set(sessionKey, guest)
    return () => {
      if (this.#guests.get(sessionKey) === guest) this.#guests.delete(sessionKey)
    }
  }

  /** Sees which sessions there are. Never rejects. */
  look(): Promise<void> {
    this.#lookAgain = true
    this.#looking ??= this.#look().finally(() => (this.#looking = undefined))
    return this.#looking
  }

  #changed(): void {
    for (const guest of this.#guests.values()) guest.changed()
    clearTimeout(this.#timer)
    if (this.gateway.connection) void this.look()
  }

  #heard({ event, payload }: GatewayEvent): void {
    if (event === 'exec.approval.requested') {
      const asked = approvalAsked.safeParse(payload).data
      if (asked) this.#guests.get(asked.request.sessionKey ?? '')?.asked(asked)
      return
    }
    if (event === 'exec.approval.resolved') {
      const over = approvalOver.safeParse(payload).data
      if (over) for (const guest of this.#guests.values()) guest.decided(over.id)
      return
    }
    const key = ofSession.safeParse(payload).data?.sessionKey
    if (key === undefined) {
      if (event === 'sessions.changed') void this.look()
      return
    }
    const guest = this.#guests.get(key)
    if (event === 'agent') {
      const said = guest && words.safeParse(payload).data
      if (said) guest.said(said.data)
      return
    }
    if (event === 'chat' && isMidway(payload)) return
    if (guest) guest.stirred()
    else if (event === 'sessions.changed' && !this.#known.has(key)) void this.look()
    if (guest && event === 'sessions.changed' && isRemoval(payload)) void this.look()
  }

  async #look(): Promise<void> {
    while (this.#lookAgain && !this.#isStopped) {
      this.#lookAgain = false
      const { connection } = this.gateway
      if (!connection) return
      try {
        await this.#lookAt(connection)
      } catch (error) {
        if (!(error instanceof GatewayGone || error instanceof GatewayRefused)) {
          this.#parts.logger.error({ err: error }, 'sessions of a gateway could not be looked at')
        } else this.#parts.logger.warn({ reason: error.message }, 'sessions of a gateway could not be looked at')
      }
      this.#lookLater(connection)
    }
  }

  async #lookAt(connection: GatewayConnection): Promise<void> {
    if (connection.has('sessions.subscribe')) await connection.call('sessions.subscribe', {})
    const { rows, isWhole } = await rowsOf(connection)
    const approvals = await openApprovals(connection)
    for (const row of rows) {
      this.#listed.add(row.key)
      if (this.#known.has(row.key) || this.#isStopped) continue
      if (await this.#parts.adopt(row)) this.#known.add(row.key)
    }
    const there = new Set(rows.map(({ key }) => key))
    for (const [key, guest] of this.#guests) {
      guest.waiting(approvals.filter(({ request }) => request.sessionKey === key))
      if (isWhole && this.#listed.has(key) && !there.has(key)) guest.left()
    }
  }

  /** What a gateway does not tell by itself is looked for now and then. */
  #lookLater(connection: GatewayConnection): void {
    const tells = connection.hello.features.events.includes('session.message')
    clearTimeout(this.#timer)
    const again = () => {
      for (const guest of this.#guests.values()) guest.stirred()
      void this.look()
    }
    this.#timer = setTimeout(again, tells ? safetyMs : pollMs)
    this.#timer.unref()
  }
}

/** Words on their way are heard elsewhere. */
const isMidway = (payload: unknown): boolean => {
  const { state } = payload as { state?: unknown }
  return state === 'delta' || state === 'status'
}

const isRemoval = (payload: unknown): boolean => {
  const { reason } = payload as { reason?: unknown }
  return reason === 'delete' || reason === 'archive' || reason === 'patch'
}

async function rowsOf(connection: GatewayConnection): Promise<{ rows: SessionRow[]; isWhole: boolean }> {
  const rows: SessionRow[] = []
  for (let offset = 0; ; ) {
    const asked = { limit: pageRows, includeDerivedTitles: true, ...(offset > 0 && { offset }) }
    const list = sessionList.safeParse(await connection.call('sessions.list', asked)).data
    if (!list) throw new GatewayGone('NOT_A_GATEWAY', 'what it lists are no sessions')
    rows.push(...list.sessions.flatMap((row) => sessionRow.safeParse(row).data ?? []))
    const next = list.nextOffset ?? 0
    if (list.hasMore !== true || next <= offset) return { rows, isWhole: true }
    if (rows.length >= mostRows) return { rows, isWhole: false }
    offset = next
  }
}

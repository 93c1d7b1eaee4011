import type { Strike } from '@mosaic/contracts/fleet'
import type { RawRecord, StoredRecord } from '@mosaic/contracts/kernel'
import type { LiveFrame, TerminalAnswer, TerminalAsk, TerminalFrame } from '@mosaic/contracts/messaging'
import type { WorkItem } from '@mosaic/contracts/task'

/** An event as NATS carries it. `previousPosition` is `null` for the first event of the log. */
export type RelayedRecord = { readonly record: RawRecord; readonly previousPosition: string | null }

/** The same from JetStream, with its sequence there. */
export type SequencedRecord = RelayedRecord & { readonly sequence: number }

/** The newest message of the JetStream stream: the relay's checkpoint. `position` is `null` while it is empty. */
export type RelayPoint = { readonly sequence: number; readonly position: string | null }

export type Messaging = {
  /** Whether the connection stands right now. */
  connected(): boolean
  /** Calls back whenever the connection comes or goes. Answers how to stop that. */
  onConnection(listener: (connected: boolean) => void): () => void
  /** Sends a live frame without waiting; dropped when there is no connection. */
  publishLive(workspaceId: string, frame: LiveFrame): void
  /** Every relayed event from now on (core NATS: at most once; a gap shows in `previousPosition`). Lasts over reconnects. */
  subscribeEvents(subject: string, listener: (relayed: RelayedRecord) => void): () => void
  /** Every live frame, with its workspace. */
  subscribeLive(listener: (workspaceId: string, frame: LiveFrame) => void): () => void
  readonly terminals: Terminals
  /** Says at once to all who may run what is to be killed; dropped when there is no connection. */
  publishStrike(strike: Strike): void
  /** Every kill that is asked for from now on. Whoever says so is not proved: it may be anybody whom NATS lets in. */
  subscribeStrikes(listener: (strike: Strike) => void): () => void
  /** The JetStream side. @throws MessagingUnavailableError when NATS does not answer. */
  readonly eventStream: EventStream
  /**
   * A bucket of small texts by key (letters, digits, `-`, `_`, `=`, `/`, `.`), kept by the server over its restarts.
   * @param options.maxAgeMs how long a value is kept after it was put; without it for good
   */
  keyValue(bucket: string, options?: { readonly maxAgeMs?: number }): KeyValue
  /** Work that any one of many workers takes. */
  readonly workQueue: WorkQueue
  close(): Promise<void>
}

/** Terminals of sessions, each run by one process (core NATS: what is lost shows in `seq`). */
export type Terminals = {
  /** Sends without waiting; dropped when there is no connection. */
  show(workspaceId: string, frame: TerminalFrame): void
  watch(workspaceId: string, sessionId: string, listener: (frame: TerminalFrame) => void): () => void
  /** Answers what is asked of a session's terminal, until that is ended. */
  serve(workspaceId: string, sessionId: string, answer: (ask: TerminalAsk) => Promise<TerminalAnswer>): () => void
  /** `undefined`: nobody runs it, or who does has not answered within two seconds. */
  ask(workspaceId: string, sessionId: string, ask: TerminalAsk): Promise<TerminalAnswer | undefined>
}

/** Hands each item to one worker at a time, until one says that it is done. What is in there may be lost with the server's disk. */
export type WorkQueue = {
  /** The same item again within two minutes is not put in twice. @throws MessagingUnavailableError */
  put(item: WorkItem): Promise<void>
  /**
   * At most so many items, each as soon as it is there, for as long as `waitMs` (at least two seconds). Whoever leaves before the
   * end leaves what is on its way to us to nobody until it is handed out again, 30 s later.
   * @throws MessagingUnavailableError
   */
  take(most: number, options: { readonly waitMs: number; readonly signal: AbortSignal }): AsyncIterable<TakenWork>
}

/** An item that is ours for 30 s, and again from each word of it. */
export type TakenWork = {
  readonly item: WorkItem
  /** Takes it out of the queue. */
  done(): void
  isUnderWay(): void
  /** Somebody else may have it, after so many milliseconds. */
  giveBack(afterMs: number): void
}

export type EventStream = {
  /** Creates the stream when it is missing and answers its newest message. */
  ensure(): Promise<RelayPoint>
  /**
   * Publishes one event at exactly this sequence; rejects when the stream's last is another (someone else wrote, or
   * it was rolled back), so that pipelined publishing cannot leave a hole. Several may be under way at once.
   */
  publish(record: StoredRecord, previousPosition: string | null, sequence: number): Promise<void>
  /** First sequence whose position is above the given one (last + 1 when there is none): a binary search. */
  sequenceAfter(position: string | null): Promise<number>
  /**
   * Events from a sequence on, in order, as many at a time as have come, for as long as the signal is not aborted.
   * Throws when the stream is gone or was rolled back (read on from the log then), or the connection breaks.
   */
  follow(options: { fromSequence: number; signal: AbortSignal }): AsyncIterable<readonly SequencedRecord[]>
}

/** One bucket. What is in there may be lost with the server's disk: nothing that only it knows belongs there. */
export type KeyValue = {
  /** @throws MessagingUnavailableError */
  get(key: string): Promise<{ readonly value: string; readonly revision: number } | null>
  /**
   * Answers the key's new revision. With `expectedRevision` (0: the key is not there) only when nobody has written it
   * since. @throws RevisionMovedError, MessagingUnavailableError: whether it was written is unknown
   */
  put(key: string, value: string, expectedRevision?: number): Promise<number>
  /** @throws MessagingUnavailableError */
  delete(key: string): Promise<void>
  /**
   * Every key's present value, then every change (`null`: deleted), for as long as the signal is not aborted. A value
   * that grows too old goes without a word. @throws MessagingUnavailableError when the connection breaks: watch again
   */
  watch(options: { readonly signal: AbortSignal }): AsyncIterable<KeyValueChange>
}

export type KeyValueChange = { readonly key: string; readonly value: string | null; readonly revision: number }

/** The JetStream stream that the relay fills and the projectors read. */
export const stream = { name: 'EVENTS', subjects: ['mosaic.>'] } as const

/** NATS message headers of a relayed event; its body is the event's data as it stands in the log. */
export const headers = {
  /**
   * `id@commit/prepare`: JetStream drops repeats by it. Unique per event of the log; an event's id is not, for it may
   * stand in two streams.
   */
  messageId: 'Nats-Msg-Id',
  /** The event's id. Messages of version 0.1 had it as their `Nats-Msg-Id` alone. */
  eventId: 'Mosaic-Event-Id',
  /** `commit/prepare`, decimal. */
  position: 'Mosaic-Position',
  /** `position` of the message before, `-` for the first of the log: how a reader sees a gap. */
  previousPosition: 'Mosaic-Previous-Position',
  revision: 'Mosaic-Revision',
  streamId: 'Mosaic-Stream',
  eventType: 'Mosaic-Event-Type',
  contentType: 'Content-Type',
  /** The event's metadata as JSON. */
  metadata: 'Mosaic-Metadata',
} as const

const token = (text: string) => text.replaceAll(/[^A-Za-z0-9_-]/g, '_')

/** A stream `agentSession-0190…` has category `agentSession` and aggregate id `0190…`. */
const splitStream = (streamId: string): [category: string, aggregateId: string] => {
  const dash = streamId.indexOf('-')
  return dash < 0 ? [streamId, '_'] : [streamId.slice(0, dash), streamId.slice(dash + 1)]
}

export const subjects = {
  /** Where one event is published: `mosaic.{workspaceId}.{category}.{aggregateId}.{eventType}`. */
  event: (workspaceId: string, streamId: string, type: string) =>
    `mosaic.${[workspaceId, ...splitStream(streamId), type].map(token).join('.')}`,
  everyEvent: 'mosaic.>',
  workspace: (workspaceId: string) => `mosaic.${token(workspaceId)}.>`,
  /** One session's live frames (core NATS, not kept). */
  live: (workspaceId: string, sessionId: string) => `live.${token(workspaceId)}.${token(sessionId)}`,
  everyLive: 'live.>',
  /** What one session's terminal shows (core NATS, not kept), and where whoever runs it is asked. */
  terminal: (workspaceId: string, sessionId: string) => `terminal.${token(workspaceId)}.${token(sessionId)}.shown`,
  terminalAsked: (workspaceId: string, sessionId: string) => `terminal.${token(workspaceId)}.${token(sessionId)}.asked`,
  /** Where it is said at once that something is to be killed (core NATS, not kept); the log says so as well, a little later. */
  strike: (workspaceId: string) => `strike.${token(workspaceId)}`,
  everyStrike: 'strike.>',
} as const

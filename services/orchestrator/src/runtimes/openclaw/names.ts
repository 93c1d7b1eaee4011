import { uuidv5 } from '@mosaic/event-store'

/** A session at a gateway, by the provider and what the session is called there. */
export type At = { readonly providerId: string; readonly sessionKey: string }

/** The session here that stands for one which was there first. */
export const adoptedId = ({ providerId, sessionKey }: At): string => uuidv5(`${providerId}/${sessionKey}`)

const begun = /:mosaic-([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/

/** What a session that is begun here is called there. */
export const keyFor = (agent: string, sessionId: string): string => `agent:${agent}:mosaic-${sessionId}`
/** The session that says to have been begun under that key: whether it was, its log knows. */
export const begunUnder = (sessionKey: string): string | undefined => begun.exec(sessionKey)?.[1]

/** A message of a gateway's, as it is called here: the same whenever it is read. */
export const messageIdOf = ({ providerId, sessionKey }: At, id: string): string =>
  uuidv5(`${providerId}/${sessionKey}/message/${id}`)

const sentMark = 'mosaic-'
/** Under which a message that was sent from here is known there. */
export const sentKey = (messageId: string): string => `${sentMark}${messageId}`
/** Which of our messages a row of the conversation is, where it says to be one. */
export const sentFrom = (idempotencyKey: string | undefined): string | undefined =>
  idempotencyKey?.startsWith(sentMark) ? idempotencyKey.slice(sentMark.length).replace(/:user$/, '') : undefined

/** A tool call as it is called here: gateways give the same name to several. */
export const callIdOf = (id: string, messageId: string): string => `${id}~${messageId.slice(0, 8)}`
export const gatewayCallOf = (toolCallId: string): string => toolCallId.replace(/~[0-9a-f]{8}$/, '')

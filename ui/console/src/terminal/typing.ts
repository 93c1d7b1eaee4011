import { mostTyped } from '@mosaic/contracts/agent-session'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { gateway } from '../gateway.ts'
import { notifyFailure } from '../ui/toast.tsx'

/** Sends what is typed, in its order: what comes while something is on its way goes with the next. */
export function createTyping(sessionId: string) {
  let waiting = ''
  let isSending = false

  const send = async () => {
    isSending = true
    try {
      while (waiting !== '') {
        const text = waiting.slice(0, mostTyped)
        waiting = waiting.slice(mostTyped)
        await gateway.call(gatewayRoutes.typeInTerminal, { params: { id: sessionId }, body: { text } })
      }
    } catch (error) {
      waiting = ''
      notifyFailure('What you typed did not arrive', error)
    } finally {
      isSending = false
    }
  }
  return (text: string) => {
    waiting += text
    if (!isSending) void send()
  }
}

import { connect } from '@nats-io/transport-node'
import { z } from 'zod'

const timeoutMs = 2000
const Answer = z.object({ error: z.never().optional() })

/**
 * Asks a nats-server by its connection string whether it is healthy (JetStream included) and gives its version. Rejects
 * when it is not, takes no such credentials, or does not answer within 2 s.
 */
export async function pingNats(url: string): Promise<string> {
  const { host, username, password } = new URL(url)
  const connection = await connect({
    servers: host,
    // The library reads none from an address.
    user: decodeURIComponent(username),
    pass: decodeURIComponent(password),
    timeout: timeoutMs,
    reconnect: false,
  })
  try {
    const answer = await connection.request('$JS.API.INFO', undefined, { timeout: timeoutMs })
    Answer.parse(answer.json())
    return connection.info?.version ?? 'unknown'
  } finally {
    await connection.close()
  }
}

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { killerAddress, type Strike, type StrikeAnswer } from '@mosaic/contracts/fleet'
import { killerRoutes } from '@mosaic/contracts/http'
import { createUpstream } from '../upstream.ts'

/** The processes beside orchestrators that carry a kill out when these do not get to it. */
export type Killers = {
  /** What they have done; nothing where there is none, or none answers. */
  strike(asked: Strike): Promise<StrikeAnswer | undefined>
}

type Where = {
  /** Of a killer on another machine. */
  readonly url: string | undefined
  /** Where those of this machine say where they listen. */
  readonly dataFolder: string
  readonly serviceToken: string
  /** Says it to all machines at once, in case that our orchestrator does not get to it. */
  readonly tellAll?: (asked: Strike) => void
}

const timeoutMs = 15_000

/** They are looked for when they are needed: one that has ended is back at another port. */
export function createKillers({ url, dataFolder, serviceToken, tellAll }: Where): Killers {
  const headers = { authorization: `Bearer ${serviceToken}` }
  return {
    async strike(body) {
      tellAll?.(body)
      const urls = url === undefined ? urlsIn(join(dataFolder, 'killers')) : [url]
      const asked = urls.map((each) =>
        createUpstream({ name: 'killer', url: each, unavailable: 'ORCHESTRATOR_UNAVAILABLE', headers }).call(
          killerRoutes.strike,
          { body, timeoutMs },
        ),
      )
      const answers = (await Promise.all(asked)).flatMap((answer) => (answer.ok ? [answer.value] : []))
      if (answers.length === 0) return undefined
      return {
        struck: answers.some(({ struck }) => struck),
        sessionIds: answers.flatMap(({ sessionIds }) => sessionIds),
        unconfirmed: answers.flatMap(({ unconfirmed }) => unconfirmed),
      }
    },
  }
}

function urlsIn(killers: string): string[] {
  try {
    return readdirSync(killers).flatMap((owner) => urlIn(join(killers, owner, 'address.json')) ?? [])
  } catch {
    // No orchestrator has ever run on this machine.
    return []
  }
}

function urlIn(file: string): string | undefined {
  try {
    return killerAddress.parse(JSON.parse(readFileSync(file, 'utf8'))).url
  } catch {
    // It does not listen yet.
    return undefined
  }
}

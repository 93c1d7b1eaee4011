import { type Client, ProblemError } from '@mosaic/client'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { oneLine } from '../../format/text.ts'

/** A mission as others name it; `null` where nobody has begun it: what was begun alone has an id in its place. */
export async function missionShown(client: Client, id: string): Promise<string | null> {
  try {
    const { title } = await client.call(gatewayRoutes.mission, { params: { id } })
    return `${id}  ${oneLine(title, 60)}`
  } catch (error) {
    if (error instanceof ProblemError && error.problem.status === 404) return null
    throw error
  }
}

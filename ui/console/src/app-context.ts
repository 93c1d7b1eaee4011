import type { OperatorView } from '@mosaic/contracts/operator'
import { createContext, useContext } from 'solid-js'
import type { ConnectionState, LiveConnection } from './live/connection.ts'
import type { Fleet } from './fleet/fleet-store.ts'

/** What every part of the signed-in page shares. */
export type Mosaic = {
  readonly operator: OperatorView
  readonly live: LiveConnection
  readonly connection: () => ConnectionState
  readonly lostAt: () => number | null
  readonly fleet: Fleet
}

export const MosaicContext = createContext<Mosaic>()

export function useMosaic(): Mosaic {
  const mosaic = useContext(MosaicContext)
  if (!mosaic) throw new Error('Used outside the signed-in page')
  return mosaic
}

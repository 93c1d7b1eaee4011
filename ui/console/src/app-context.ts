import type { ConnectionState, LiveConnection } from '@mosaic/client'
import type { Route } from '@mosaic/contracts/http'
import { mayActAs, type OperatorView } from '@mosaic/contracts/operator'
import { createContext, useContext } from 'solid-js'
import type { Fleet } from './fleet/fleet-store.ts'
import type { Pages } from './page.ts'

/** What every part of the signed-in page shares. */
export type Mosaic = {
  readonly operator: OperatorView
  /** Whether the signed-in person may call a route or see a page. What it may not do is not offered. */
  readonly may: (needed: { readonly role: Route['role'] }) => boolean
  /** The first is where one begins. */
  readonly pages: Pages
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

export const mayCall = (operator: OperatorView, { role }: { readonly role: Route['role'] }): boolean =>
  role === 'public' || (role !== 'service' && mayActAs(operator.role, role))

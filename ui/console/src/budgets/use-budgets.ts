import { gatewayRoutes } from '@mosaic/contracts/http'
import { useQuery } from '@tanstack/solid-query'
import { gateway } from '../gateway.ts'

const refetchMs = 10_000

/** The newest budgets of the workspace. */
export const useBudgets = () =>
  useQuery(() => ({
    queryKey: ['budgets'],
    queryFn: () => gateway.call(gatewayRoutes.budgets, { query: { limit: 200 } }),
    refetchInterval: refetchMs,
  }))

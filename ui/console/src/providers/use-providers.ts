import type { AddAgentProvider, AgentProviderView, ChangeAgentProvider } from '@mosaic/contracts/agent-provider'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { useMutation, useQuery, useQueryClient } from '@tanstack/solid-query'
import { gateway } from '../gateway.ts'

const queryKey = ['agent-providers']
const lookEveryMs = 5000
/** While one that is on has not been heard yet: it is being spoken with for the first time. */
const lookSoonMs = 1000
/** Longer than an orchestrator waits for a gateway. */
const testMs = 80_000

/** The providers of the workspace, and how they stand now. */
export const useProviders = () =>
  useQuery(() => ({
    queryKey,
    queryFn: ({ signal }) => gateway.call(gatewayRoutes.agentProviders, { signal }),
    staleTime: 0,
    refetchInterval: (query) =>
      query.state.data?.items.some(({ state }) => state === 'stale') ? lookSoonMs : lookEveryMs,
  }))

/** The changes that a person makes; the list is looked at anew after each. */
export function useProviderChange() {
  const client = useQueryClient()
  const onSettled = () => client.invalidateQueries({ queryKey })
  return useMutation(() => ({ mutationFn: (change: () => Promise<unknown>) => change(), onSettled }))
}

export const useProviderTest = () =>
  useMutation(() => ({
    mutationFn: (id: string) =>
      gateway.call(gatewayRoutes.testAgentProvider, { params: { id }, body: {}, timeoutMs: testMs }),
  }))

type Which = Pick<AgentProviderView, 'providerId'>

export const addProvider = (body: AddAgentProvider) => gateway.call(gatewayRoutes.addAgentProvider, { body })
export const changeProvider = ({ providerId: id }: Which, body: ChangeAgentProvider) =>
  gateway.call(gatewayRoutes.changeAgentProvider, { params: { id }, body })
export const removeProvider = ({ providerId: id }: Which) =>
  gateway.call(gatewayRoutes.removeAgentProvider, { params: { id } })

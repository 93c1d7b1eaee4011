import { gatewayRoutes } from '@mosaic/contracts/http'
import { useMutation, useQuery, useQueryClient } from '@tanstack/solid-query'
import { gateway } from '../gateway.ts'

const queryKey = ['agent-presets']
const lookEveryMs = 1000

/** Agents of other makers that can be had; looked at again and again while one is being got. */
export const usePresets = () =>
  useQuery(() => ({
    queryKey,
    queryFn: () => gateway.call(gatewayRoutes.agentPresets),
    staleTime: 0,
    refetchInterval: (query) =>
      query.state.data?.items.some(({ state }) => state === 'installing') ? lookEveryMs : false,
  }))

/** Gets one from npm, or takes it away; the list says what has become of it. */
export function usePresetChange() {
  const client = useQueryClient()
  return useMutation(() => ({
    mutationFn: async ({ name, to }: { readonly name: string; readonly to: 'installed' | 'absent' }) => {
      if (to === 'installed') await gateway.call(gatewayRoutes.installAgentPreset, { params: { name }, body: {} })
      else await gateway.call(gatewayRoutes.removeAgentPreset, { params: { name } })
    },
    onSettled: () => client.invalidateQueries({ queryKey }),
  }))
}

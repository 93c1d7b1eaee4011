import type { ApprovalPolicy } from '@mosaic/contracts/approval'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { useMutation, useQuery, useQueryClient } from '@tanstack/solid-query'
import { gateway } from '../gateway.ts'

const queryKey = ['approval-policy']

/** What agents of this workspace may do. */
export const usePolicy = () =>
  useQuery(() => ({ queryKey, queryFn: () => gateway.call(gatewayRoutes.approvalPolicy), staleTime: 0 }))

/** Sets it, or takes it away. */
export function usePolicyChange() {
  const client = useQueryClient()
  return useMutation(() => ({
    mutationFn: (policy: ApprovalPolicy | null) => gateway.call(gatewayRoutes.setApprovalPolicy, { body: { policy } }),
    onSettled: () => client.invalidateQueries({ queryKey }),
  }))
}

import { z } from 'zod'
import { branchName, repositoryAddress } from '../../agent-session/index.ts'
import { approveSettings, repositoryInspection, revokeSettings } from '../../repository/index.ts'
import { route } from '../route.ts'
import { approvalAnswer, revocationAnswer } from '../shapes.ts'
import { missionControl } from './paths.ts'

export const repositoryRoutes = {
  inspectRepository: route({
    method: 'GET',
    path: `${missionControl}/repositories/inspection`,
    role: 'operator',
    summary: 'What a repository needs, and what is proposed for it',
    query: z.object({ repository: repositoryAddress, branch: branchName.optional() }),
    answer: repositoryInspection,
  }),
  /** Commands with network and secrets of this machine: not for guests to decide. */
  approveSettings: route({
    method: 'POST',
    path: `${missionControl}/repositories/approve`,
    role: 'admin',
    summary: "Permit what a repository's settings say",
    body: approveSettings,
    answer: approvalAnswer,
    status: 202,
  }),
  revokeSettings: route({
    method: 'POST',
    path: `${missionControl}/repositories/revoke`,
    role: 'admin',
    summary: 'Take back what was approved for a repository',
    body: revokeSettings,
    answer: revocationAnswer,
    status: 202,
  }),
} as const

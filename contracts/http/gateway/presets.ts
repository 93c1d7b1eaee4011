import { z } from 'zod'
import { agentPresetView } from '../../agent-provider/preset.ts'
import { agentName } from '../../agent-session/index.ts'
import { route } from '../route.ts'

const byName = z.object({ name: agentName })

/** Agents of other makers. The same routes stand at the orchestrator, whose machine they are installed on. */
export const presetRoutes = {
  agentPresets: route({
    method: 'GET',
    path: '/api/agent-presets',
    role: 'observer',
    summary: 'Agents of other makers that can be had, and which are installed',
    answer: z.object({ items: z.array(agentPresetView) }),
  }),
  installAgentPreset: route({
    method: 'POST',
    path: '/api/agent-presets/:name/install',
    role: 'admin',
    summary: 'Begin to get an agent from npm; the list says when it is there',
    params: byName,
    body: z.strictObject({}),
    answer: agentPresetView,
    status: 202,
  }),
  removeAgentPreset: route({
    method: 'DELETE',
    path: '/api/agent-presets/:name',
    role: 'admin',
    summary: 'Remove an installed agent',
    params: byName,
    answer: z.null(),
    status: 204,
  }),
} as const

import { readdirSync, readFileSync } from 'node:fs'

/** Pids of the programs of agents that work below a folder. */
export function agentPrograms(folder: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      const isAgents = readFileSync(`/proc/${pid}/environ`, 'latin1').includes('MOSAIC_SESSION_ID=')
      return isAgents && readFileSync(`/proc/${pid}/mountinfo`, 'latin1').includes(folder)
    } catch {
      return false
    }
  })
}

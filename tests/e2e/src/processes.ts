import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

const orNothing = (read: () => string): string => {
  try {
    return read()
  } catch {
    return ''
  }
}

/** Every process that has to do with a folder: in its command line, its working directory or its environment. */
export function processesOf(folder: string): { pid: number; command: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((name) => {
      const command = orNothing(() => readFileSync(`/proc/${name}/cmdline`, 'utf8')).replaceAll('\0', ' ')
      const directory = orNothing(() => readlinkSync(`/proc/${name}/cwd`))
      const environment = orNothing(() => readFileSync(`/proc/${name}/environ`, 'utf8'))
      return { pid: Number(name), command, places: `${command}\n${directory}\n${environment}` }
    })
    .filter(({ places }) => places.includes(folder))
    .map(({ pid, command }) => ({ pid, command }))
}

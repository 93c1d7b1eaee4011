import { statfsSync } from 'node:fs'
import { createServer } from 'node:net'
import { createSecureContext } from 'node:tls'
import type { Tls } from './http/listener.ts'

/** The options contradict each other, or say too little. */
export class NodeOptionsError extends TypeError {
  override name = 'NodeOptionsError'
}

/** The node cannot start here: the folder, the address or the certificate will not do. The message says which and why. */
export class NodeStartError extends Error {
  override name = 'NodeStartError'
}

/** Bytes without which SQLite cannot open a store: its log, and the index of that. */
const LEAST_ROOM = 128 * 1024

function isFull(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize < LEAST_ROOM
  } catch {
    return false
  }
}

/** What keeps a folder from being used, in words; undefined when it is something else. */
function obstacle(fault: unknown, folder: string): string | undefined {
  const { name, code = '', syscall, message } = fault as NodeJS.ErrnoException
  if (code === 'EEXIST' || code === 'ENOTDIR') return `${folder} is a file, or lies in one; a store wants a folder.`
  const ofDisk = /disk I\/O error/.test(message)
  if (code === 'ENOSPC' || /disk is full/.test(message) || (ofDisk && isFull(folder))) {
    return `There is no room left for the store in ${folder}.`
  }
  // On a read-only file system Node says of a new folder that it does not exist.
  const forbidden = ['EROFS', 'EACCES', 'EPERM'].includes(code) || (code === 'ENOENT' && syscall === 'mkdir')
  if (forbidden || /readonly database|unable to open database/.test(message)) {
    return `The store in ${folder} cannot be opened: no permission to write there.`
  }
  // Of SQLite; what we refuse ourselves has a name and says it all.
  return name === 'Error' ? `The store in ${folder} cannot be opened: ${message}` : undefined
}

/** The fault itself, or one that says what is wrong with the folder. */
export function folderFault(fault: unknown, folder: string): unknown {
  const message = obstacle(fault, folder)
  return message ? new NodeStartError(message, { cause: fault }) : fault
}

/** Throws when certificate and key cannot be used, or not together. */
export function checkTls(tls: Tls): void {
  try {
    createSecureContext(tls)
  } catch (fault) {
    const reason = (fault as Error).message.replace(/^error:\w+:/, '')
    throw new NodeStartError(`Certificate and key cannot be used: ${reason}`, { cause: fault })
  }
}

const REASONS: Record<string, string> = {
  EADDRINUSE: 'it is in use',
  EACCES: 'no permission',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'no such host',
}

/** What a fault of listening means. */
export function addressFault(fault: unknown, host: string, port: number): NodeStartError {
  const { code = '', message } = fault as NodeJS.ErrnoException
  return new NodeStartError(`Cannot listen on ${host}, port ${port}: ${REASONS[code] ?? message}.`, { cause: fault })
}

/** Throws when nobody can listen there; asked before a store is opened, so that it stays as it is. */
export async function checkAddress(host: string, port: number): Promise<void> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', (fault) => reject(addressFault(fault, host, port))).listen({ host, port }, resolve)
  })
  await new Promise((resolve) => server.close(resolve))
}

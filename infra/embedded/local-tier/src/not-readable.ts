/** Thrown for a file of an instance that this user may not read: there is one, and it is somebody else's. */
export class NotReadableError extends Error {
  override readonly name = 'NotReadableError'
}

/** What an error in reading a file means: another user's file is told apart from none. */
export function isDenied(error: unknown): boolean {
  return ['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')
}

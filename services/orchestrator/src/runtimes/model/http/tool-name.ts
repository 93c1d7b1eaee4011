/** A call of a tool that is not there may have any name; servers take only some back. */
export const acceptableName = (name: string) => name.replaceAll(/[^a-zA-Z0-9_-]/g, '_').slice(0, 64) || 'unnamed'

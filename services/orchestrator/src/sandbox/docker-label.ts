/** Whose a container is. */
export const sessionLabel = 'mosaic.session'

/** Of a container that one program of ours runs in. */
export const onceLabel = 'mosaic.once'

/** What a dragged panel carries: its session's id, under a type that nothing else drops here. */
export const dragType = 'application/x-mosaic-panel'

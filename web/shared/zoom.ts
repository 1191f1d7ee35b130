/** How a picture lies on its stage: enlarged by `scale` about the stage's middle, then moved by (x, y) pixels. */
export interface Zoom {
  readonly scale: number
  readonly x: number
  readonly y: number
}

export const WHOLE: Zoom = { scale: 1, x: 0, y: 0 }
const LARGEST = 6

/** Enlarges about a point, which stays where it is; (px, py) counts from the stage's middle. */
export function zoomAt(zoom: Zoom, factor: number, px: number, py: number): Zoom {
  const scale = Math.min(LARGEST, Math.max(1, zoom.scale * factor))
  if (scale === 1) return WHOLE
  const grown = scale / zoom.scale
  return { scale, x: px - (px - zoom.x) * grown, y: py - (py - zoom.y) * grown }
}

/** Moves an enlarged picture, but never out of a stage of this size. */
export function moved(zoom: Zoom, dx: number, dy: number, width: number, height: number): Zoom {
  const [reachX, reachY] = [(width * (zoom.scale - 1)) / 2, (height * (zoom.scale - 1)) / 2]
  const within = (value: number, reach: number): number => Math.min(reach, Math.max(-reach, value))
  return { scale: zoom.scale, x: within(zoom.x + dx, reachX), y: within(zoom.y + dy, reachY) }
}

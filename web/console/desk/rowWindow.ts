import { nextTick, onBeforeUnmount, onMounted, onUpdated, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import { RowHeights } from './rowHeights'

/** Closer to the end than this is at the end. */
const NEAR_PX = 120
/** This much above and below what is seen is in the page too, so that scrolling meets no empty place. */
const BEYOND_PX = 1_000
/** The window moves by whole steps: few scrolls change the page. */
const STEP = 10
const GUESS_PX = 84

export interface Rows {
  /** Number of the first row; the others follow without gaps. */
  first: number
  count: number
}

export interface RowWindow {
  /** Indices of the rows in the page, and the height of those that are not. */
  shown: ShallowRef<{ from: number; to: number; above_px: number; below_px: number }>
  /** The end is in sight, and stays there whatever grows. */
  atEnd: Ref<boolean>
  onScroll: () => void
  toEnd: () => Promise<void>
}

/**
 * Which rows of a long list of varying heights are in the page. The list keeps to its end while that is in sight;
 * elsewhere what is being read stays where it is.
 *
 * `box` scrolls, `list` holds the rows, each with its number as `data-row`.
 */
export function useRowWindow(box: Ref<HTMLElement | null>, list: Ref<HTMLElement | null>, rows: () => Rows): RowWindow {
  const heights = new RowHeights(GUESS_PX)
  const shown = shallowRef({ from: 0, to: 0, above_px: 0, below_px: 0 })
  const atEnd = ref(true)
  /** The first row in sight, and how far below the upper edge it begins. */
  let anchor: { row: string; off_px: number } | null = null
  let lastTop_px = 0
  let frame = 0

  /** Chooses the rows for the place that is looked at. */
  function fit(): void {
    const element = box.value
    if (!element) return
    const { first, count } = rows()
    heights.resize(first, count)
    const height_px = element.clientHeight
    const top_px = atEnd.value ? heights.top(count) - height_px : element.scrollTop
    const from = floor(heights.at(top_px - BEYOND_PX))
    const to = atEnd.value ? count : Math.min(count, floor(heights.at(top_px + height_px + BEYOND_PX)) + STEP)
    const now = shown.value
    const below_px = heights.top(count) - heights.top(to)
    if (from === now.from && to === now.to && below_px === now.below_px) return
    shown.value = { from, to, above_px: heights.top(from), below_px }
  }

  function rowsInPage(): HTMLElement[] {
    return [...(list.value?.querySelectorAll<HTMLElement>(':scope > [data-row]') ?? [])]
  }

  function measure(): void {
    for (const row of rowsInPage()) {
      const height_px = row.getBoundingClientRect().height
      // Not laid out: another page is shown.
      if (height_px > 0) heights.measure(Number(row.dataset.row), height_px)
    }
  }

  function keepAnchor(): void {
    const element = box.value
    if (!element) return
    const edge_px = element.getBoundingClientRect().top
    const row = rowsInPage().find((one) => one.getBoundingClientRect().bottom > edge_px)
    anchor = row?.dataset.row ? { row: row.dataset.row, off_px: row.getBoundingClientRect().top - edge_px } : null
  }

  /** After the page changed: to the end, or to what was being read. */
  function hold(): void {
    const element = box.value
    if (!element || element.clientHeight === 0) return
    if (atEnd.value) element.scrollTop = element.scrollHeight
    else {
      const row = rowsInPage().find((one) => one.dataset.row === anchor?.row)
      const moved_px = row && anchor ? row.getBoundingClientRect().top - element.getBoundingClientRect().top - anchor.off_px : 0
      if (Math.abs(moved_px) >= 1) element.scrollTop += moved_px
      if (!row) keepAnchor()
    }
    lastTop_px = element.scrollTop
  }

  function settle(): void {
    measure()
    hold()
    fit()
  }

  function onScroll(): void {
    const element = box.value
    // Off the page everything is without height.
    if (!element || element.clientHeight === 0) return
    const left_px = element.scrollHeight - element.scrollTop - element.clientHeight
    // Only going up leaves the end: what grows below it does not.
    if (left_px < NEAR_PX) atEnd.value = true
    else if (element.scrollTop < lastTop_px - 1) atEnd.value = false
    lastTop_px = element.scrollTop
    keepAnchor()
    fit()
  }

  async function toEnd(): Promise<void> {
    atEnd.value = true
    fit()
    await nextTick()
    settle()
  }

  const observer = new ResizeObserver(() => {
    measure()
    hold()
    // Not within this call: rows that join now would be measured too late for this frame.
    cancelAnimationFrame(frame)
    frame = requestAnimationFrame(fit)
  })

  watch(() => [rows().first, rows().count], fit)
  onMounted(() => {
    for (const element of [box.value, list.value]) if (element) observer.observe(element)
    fit()
  })
  onUpdated(settle)
  onBeforeUnmount(() => {
    observer.disconnect()
    cancelAnimationFrame(frame)
  })
  return { shown, atEnd, onScroll, toEnd }
}

function floor(index: number): number {
  return Math.floor(index / STEP) * STEP
}

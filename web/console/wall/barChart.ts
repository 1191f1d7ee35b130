import { BarChart } from 'echarts/charts'
import { GridComponent, TooltipComponent } from 'echarts/components'
import { init, use, type EChartsType } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import type { Bars } from './figures'

// Only what bars need, and this module only with the page that draws them.
use([BarChart, GridComponent, TooltipComponent, CanvasRenderer])

/** Bars in the colours of the page, drawn anew when it changes its size. */
export class BarDrawing {
  readonly #chart: EChartsType
  readonly #watcher: ResizeObserver

  constructor(
    private readonly element: HTMLElement,
    private readonly lying: boolean,
  ) {
    this.#chart = init(element)
    this.#watcher = new ResizeObserver(() => {
      this.#chart.resize()
    })
    this.#watcher.observe(element)
  }

  draw({ names, values }: Bars): void {
    const style = getComputedStyle(this.element)
    const colour = (name: string): string => style.getPropertyValue(name).trim()
    const axisLabel = { color: colour('--muted'), fontSize: 12 }
    const axisLine = { lineStyle: { color: colour('--line') } }
    const kinds = { type: 'category' as const, data: names, axisLabel, axisLine, axisTick: { show: false }, inverse: this.lying }
    const counts = { type: 'value' as const, minInterval: 1, axisLabel, splitLine: axisLine }
    this.#chart.setOption({
      animationDuration: 200,
      grid: { left: 8, right: 24, top: 12, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
      tooltip: {
        trigger: 'axis',
        renderMode: 'richText', // drawn, never HTML
        axisPointer: { type: 'none' },
        backgroundColor: colour('--raised'),
        borderColor: colour('--line'),
        textStyle: { color: colour('--text'), fontSize: 13 },
      },
      xAxis: this.lying ? counts : kinds,
      yAxis: this.lying ? kinds : counts,
      series: [{ type: 'bar', data: values, barMaxWidth: 22, itemStyle: { color: colour('--brand'), borderRadius: 4 } }],
    })
  }

  end(): void {
    this.#watcher.disconnect()
    this.#chart.dispose()
  }
}

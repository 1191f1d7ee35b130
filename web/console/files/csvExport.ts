import { useMessage } from 'naive-ui'
import { ref, type Ref } from 'vue'
import { allPages, errorText } from '../loaded'
import { datedName, download } from './download'

interface Table<T> {
  /** Of the file, before the date. */
  name: string
  read: (cursor: string | null) => Promise<{ rows: T[]; cursor: string | null }>
  /** Rows at the most; who wants more is told. */
  most: number
  tooMany: (most: number) => string
  csv: (rows: readonly T[]) => string
}

/** Downloads a long list whole, as a table. */
export function useCsvExport<T>({ name, read, most, tooMany, csv }: Table<T>): { isExporting: Ref<boolean>; exportCsv: () => Promise<void> } {
  const toast = useMessage()
  const isExporting = ref(false)

  async function exportCsv(): Promise<void> {
    isExporting.value = true
    try {
      const all = await allPages(read, most)
      download(datedName(name, 'csv'), 'text/csv;charset=utf-8', csv(all))
      if (all.length === most) toast.warning(tooMany(most))
    } catch (error) {
      toast.error(errorText(error))
    } finally {
      isExporting.value = false
    }
  }

  return { isExporting, exportCsv }
}

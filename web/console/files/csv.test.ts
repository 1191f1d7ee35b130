import { expect, test } from 'vitest'
import { csv } from './csv'

test('what a spreadsheet would run is text', () => {
  const written = csv([['=HYPERLINK("http://x")', '+86', '-1', '@SUM(A1)', '\t=1', ' =1', '-12.5', '＝1']])
  expect(written).toBe('\uFEFF"\'=HYPERLINK(""http://x"")",\'+86,-1,\'@SUM(A1),\'\t=1,\' =1,-12.5,\'＝1\r\n')
})

test('commas, quotes and line ends stay within their cell; nothing is nothing', () => {
  expect(csv([['a,b', '他说"好"', '一\n二', null, undefined, 3, true]])).toBe('\uFEFF"a,b","他说""好""","一\n二",,,3,true\r\n')
})

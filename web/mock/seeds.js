/** What the mock begins with: the words of the service, customers, topics, articles. */

export const GROUPS = [
  { id: 'bills', name: '话费账单' },
  { id: 'network', name: '网络宽带' },
  { id: 'plans', name: '套餐业务' },
  { id: 'complaints', name: '投诉与挽留' },
  { id: 'general', name: '综合' },
]
export const DISPOSITIONS = [
  { id: 'solved', name: '已解决' },
  { id: 'follow_up', name: '需跟进' },
  { id: 'complaint_recorded', name: '投诉已登记' },
  { id: 'no_response', name: '客户未回复' },
]
export const TASKS = [{ id: 'query_bill', name: '查月账单' }]
export const PEOPLE = [
  { id: 'c1', name: '林晓梅', phone_masked: '138****2046', region: '江苏', plan: '畅享 99 元套餐', segment: 'postpaid', vip: true, elderly: false },
  { id: 'c2', name: '周建国', phone_masked: '139****7713', region: '广东', plan: '孝心卡', segment: 'prepaid', vip: false, elderly: true },
  { id: 'c3', name: '何雨桐', phone_masked: '187****0921', region: '浙江', plan: '融合 159 元套餐', segment: 'postpaid', vip: false, elderly: false },
]
export const TOPICS = [
  ['这个月怎么多扣了三十块钱', 'query_bill', 'bills', 'repeated_failure', '话费为什么变多了', 'bill-why-higher'],
  ['家里宽带一到晚上就掉线', 'report_fault', 'network', 'customer_request', '宽带经常掉线怎么办', 'broadband-drops'],
  ['你们乱扣费我要投诉', 'complaint', 'complaints', 'complaint', '如何投诉与建议', 'complaint-how'],
  ['去日本玩漫游怎么收费', 'other_telecom', 'plans', 'human_only', '国际漫游资费说明', 'roaming-fees'],
]
export const ARTICLES = [
  ['bill-why-higher', '话费为什么变多了', '请先查看当月账单的各项费用，再与上月比较；多出的部分可以在账单里逐项核对。', 0.86],
  ['vas-unsubscribe', '怎么退订增值业务', '发送 0000 到 10086 可以查询并退订已订购的增值业务。', 0.41],
].map(([article_id, title, text, score]) => ({ article_id, title, question: title, text, links: [], score, human_only: false, unchecked: article_id === 'vas-unsubscribe' ? ['plan'] : [] }))
export const COLLEAGUE = '王芳'

/** Who sits at the console, unless an administrator does. */
export const SEAT = { id: 'seeded', name: '李娜' }

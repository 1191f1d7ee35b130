/** 推送失败。 */
export const webhooks = {
  webhooks: {
    lead: '推送给其他系统、一直没有被接收的事件。处理好对方的问题后可以重发，编号不变，对方不会记成两次。',
    none: '没有推送失败的事件',
    noneHint: '对方长时间不可用时，放弃推送的事件会留在这里，不会丢。',
    events: {
      'handoff.requested': '转人工请求',
      'handoff.claimed': '已接待',
      'handoff.closed': '已结束',
    } as Record<string, string>,
    to: (target: string) => `推送到 ${target}`,
    happened: (time: string) => `发生于 ${time}`,
    failed: (time: string) => `放弃于 ${time}`,
    why: (why: string) => `原因：${why}`,
    payload: '查看内容',
    payloadHint: '推送时还会附上会话的上下文（见接入文档）。',
    conversation: (id: string) => `会话 ${id}`,
    resend: '重发',
    resendAll: '全部重发',
    resendAllAsk: (count: number) => `重发全部 ${String(count)} 条？`,
    resent: '已重新推送',
    resentAll: (count: number) => `已重新推送 ${String(count)} 条`,
    count: (count: number) => `共 ${String(count)} 条`,
  },
}

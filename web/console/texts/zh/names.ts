import type { HandoffReason, OutcomeKind, Presence, Priority, PriorityReason, Sender } from '../../../shared/contract'

export const reasons: Record<HandoffReason, string> = {
  customer_request: '客户要求人工',
  complaint: '投诉',
  abuse: '情绪激烈',
  repeated_failure: '多次未能解答',
  system_failure: '业务系统故障',
  human_only: '须人工办理',
  assistant_unavailable: '智能助手暂不可用',
}
export const priorities: Record<Priority, string> = { normal: '普通', high: '优先', urgent: '紧急' }
export const priorityReasons: Record<PriorityReason, string> = { vip: 'VIP', elderly: '长辈', repeated: '重复来电' }
export const presences: Record<Presence, string> = { online: '在线', break: '小休', offline: '离线' }
export const senders: Record<Sender, string> = { customer: '客户', bot: '机器人小桥', agent: '坐席', system: '系统' }
export const outcomes: Record<OutcomeKind, string> = {
  task: '办理业务',
  answer: '知识回答',
  clarification: '澄清',
  rephrase: '请客户换个说法',
  smalltalk: '寒暄',
  handoff: '转人工',
  failure: '处理失败',
}
export const intents: Record<string, string> = {
  query_balance: '查余额',
  query_bill: '查账单',
  query_plan_fee: '查套餐费用',
  query_data_usage: '查流量',
  query_voice_usage: '查通话时长',
  query_sms_usage: '查短信用量',
  query_plan: '查当前套餐',
  query_services: '查已开业务',
  query_number: '查本机号码',
  query_points: '查积分',
  query_recharge: '查充值记录',
  recharge: '充值缴费',
  change_plan: '变更套餐',
  buy_data_pack: '订购流量包',
  cancel_service: '退订业务',
  password: '服务密码',
  broadband: '宽带业务',
  report_fault: '报障',
  transfer_human: '转人工',
  complaint: '投诉',
  abuse: '辱骂',
  greet: '问候',
  thank: '感谢',
  goodbye: '道别',
  affirm: '肯定',
  deny: '否定',
  help: '求助',
  repeat: '要求重复',
  go_back: '返回',
  bot_challenge: '问是不是机器人',
  chitchat: '闲聊',
  other_telecom: '其他通信业务',
  unclear: '意思不明',
  choose_article: '选择知识条目',
  nlu_fallback: '未能识别',
}
export const entities: Record<string, string> = { month: '月份', amount: '金额', phone_number: '电话号码', plan_name: '套餐', article_id: '知识条目' }
export const slots: Record<string, string> = {
  ...entities,
  next_step: '下一步',
  failed_turns: '未解决轮数',
  offered_articles: '给过的条目',
  handoff_reason: '转人工原因',
  skill_group: '技能组',
}
export const channels: Record<string, string> = { web: '网页', wechat: '微信', app: 'App' }
export const segments: Record<string, string> = { prepaid: '预付费', postpaid: '后付费' }
export const sentiments: Record<string, string> = { negative: '不满', neutral: '平稳', positive: '满意', angry: '愤怒' }

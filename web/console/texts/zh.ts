import { agents } from './zh/agents'
import { audit } from './zh/audit'
import { canned } from './zh/canned'
import { context } from './zh/context'
import { conversation } from './zh/conversation'
import { desk } from './zh/desk'
import * as names from './zh/names'
import { hours } from './zh/hours'
import { punctuation } from './zh/punctuation'
import { review } from './zh/review'
import { skillGroups } from './zh/skillGroups'
import { tickets } from './zh/tickets'
import { wall } from './zh/wall'
import { webhooks } from './zh/webhooks'

export const zh = {
  locale: 'zh-CN',
  product: '小桥坐席工作台',
  networkText: '连不上服务，请检查网络后再试。',
  /** By code; the service's own sentences are Chinese. */
  errors: {} as Record<string, string>,
  ...names,
  ...punctuation,
  states: { bot: '机器人接待中', queued: '排队中', active: '人工接待中', closed: '已结束' } as Record<string, string>,
  guest: '访客',
  yes: '是',
  no: '否',
  login: {
    title: '登录坐席工作台',
    lead: '前面的对话都在这里，客户不用再说一遍。',
    username: '用户名',
    password: '密码',
    submit: '登录',
    missing: '请输入用户名和密码。',
    expired: '登录已过期，请重新登录。没有发出的草稿都还在。',
    leftElsewhere: '您已在另一个窗口退出登录。没有发出的草稿都还在。',
  },
  rail: { label: '页面', unread: (count: number) => `${String(count)} 条未读消息` },
  pages: {
    desk: '工作台',
    tickets: '工单',
    hours: '工作时间',
    skillGroups: '技能组',
    agents: '坐席管理',
    audit: '审计日志',
    account: '我的账号',
    review: '复盘',
    webhooks: '推送失败',
    wall: '监控大屏',
    canned: '快捷回复',
    deadLetters: '未送达',
  },
  unsaved: {
    title: '填写的内容还没有保存',
    lead: '离开后会丢失。',
    stay: '继续填写',
    leave: '放弃',
  },
  deadLetters: {
    lead: '微信没有收下、也不会自动再发的消息。处理好原因后可以重发。',
    none: '没有未送达的消息',
    noneHint: '接口出错、账号配置不对时，送不出去的消息会留在这里，不会丢。',
    noChannel: '没有配置公众号',
    reasons: {
      unanswered: '微信没有回答，可能已经送到',
      timeout: '微信没有及时回答',
      not_following: '客户没有关注公众号',
      user_refused: '客户拒绝接收',
      address_not_allowed: '服务器的地址不在公众号的白名单里',
      daily_quota: '今天的调用次数用完了',
      no_permission: '公众号没有这个接口的权限',
      bad_secret: '公众号的密钥不对',
    } as Record<string, string>,
    resend: '重发',
    resent: '已重发',
  },
  tickets,
  wall,
  ...agents,
  ...audit,
  ...canned,
  ...hours,
  ...review,
  ...skillGroups,
  ...webhooks,
  ...desk,
  ...conversation,
  ...context,
  age: (seconds: number) => {
    const minutes = Math.floor(seconds / 60)
    if (minutes < 60) return `${String(minutes)}:${String(seconds % 60).padStart(2, '0')}`
    return `${String(Math.floor(minutes / 60))} 小时 ${String(minutes % 60)} 分`
  },
}

export type Texts = typeof zh

import type { HostRule } from './host-rule.ts'

export const imail: HostRule = {
  name: 'hosts/imail',
  system: 'Ipswitch IMail (SMTP32)',
  version: '5 to 12',
  source: 'https://docs.progress.com (IMail Server)',
  signs: [
    { header: ['x-mailer', 'smtp32'] },
    { subject: 'undeliverable mail' },
    { text: 'invalid final delivery userid' },
  ],
  layout: {
    kind: 'list',
    recipient: [
      /^(?<rest>(?:user mailbox|delivery failed|unknown (?:user|host)|undeliverable +to|invalid final delivery userid|delivery userid)[^:@]{0,80}):?\s*<?(?<address>[^\s<>@:]{1,200}@[^\s<>@:]{1,255})>?/i,
    ],
  },
}

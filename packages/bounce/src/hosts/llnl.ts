import type { HostRule } from './host-rule.ts'

export const llnl: HostRule = {
  name: 'hosts/llnl',
  system: 'sendmail with a site message',
  version: '8.x',
  source: 'observed in public collections of returned mail',
  signs: [{ text: 'was not delivered because' }],
  layout: {
    kind: 'list',
    recipient: [/^.{0,300},\s*(?<address>[^\s<>@,]{1,200}@[^\s<>@,]{1,255}),(?<rest>.*)$/],
  },
}

import type { HostRule } from './host-rule.ts'

export const mdaemon: HostRule = {
  name: 'hosts/mdaemon',
  system: 'Alt-N MDaemon',
  version: '2 to 10',
  source: 'observed in public collections of returned mail',
  signs: [{ text: 'did not receive a copy of your message' }, { text: '- no such user here' }],
  layout: {
    kind: 'list',
    recipient: [
      /^\s*>\s*<?(?<address>[^\s<>@]{1,200}@[^\s<>@]{1,255})>?\s*(?<rest>.*)$/,
      /^(?<address>[^\s<>@]{1,200}@[^\s<>@]{1,255})\s*(?<rest>- no such user.*)$/i,
    ],
    end: ['there is no user'],
    shared: ['--- session transcript'],
  },
}

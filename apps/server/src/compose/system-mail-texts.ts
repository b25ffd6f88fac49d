/** English: the mails that Fairlead itself sends. `{name}` stands for a value; the button leads to the mail's link. */
export const systemMailTexts = {
  invitation: {
    subject: '{inviter} invites you to {workspace} on Fairlead',
    lines: [
      '{inviter} invites you to write and send email with the team {workspace} on Fairlead.',
      'The button opens a page where you choose your name and password. It works once, until {until}.',
    ],
    button: 'Accept the invitation',
    end: 'If you do not know {inviter}, you can ignore this mail. Nothing happens then.',
  },
  verification: {
    subject: 'May {member} send as {address}?',
    lines: [
      '{member} of {workspace} wants to send email as {address} with Fairlead.',
      'If that is right, open the page and press its button. The link works once, until {until}.',
    ],
    button: 'Verify this address',
    end: 'If it is not right, ignore this mail. Nothing is sent from your address then.',
  },
  'password-reset': {
    subject: 'Set a new password for Fairlead',
    lines: [
      'Somebody, probably you, asked for a new password for the account {address}.',
      'The button opens a page where you choose one. It works once, until {until}.',
    ],
    button: 'Choose a new password',
    end: 'If it was not you, ignore this mail. Your password stays as it is.',
  },
  'link-broken': {
    subject: 'The delivery channel {name} needs attention',
    lines: [
      'The delivery channel {name} of {workspace} cannot send now. {why}',
      'Nothing is lost: {waiting} emails wait for it now. They leave by themselves when it is mended, or you move them to another delivery channel.',
    ],
    button: 'Open the delivery channels',
    end: 'Fairlead tells you once each time a delivery channel stops working.',
  },
  'domain-lapse': {
    subject: 'Records of {domain} are gone',
    lines: [
      'Fairlead looked at the DNS of {domain}, a sending domain of {workspace}, and {what} is not there any more.',
      'No mail is held up. {effect} If the records are back before {until}, everything goes on by itself.',
    ],
    button: 'See the records',
    end: 'This often happens when a domain moves to another DNS provider: copy the records over.',
  },
  'domain-off': {
    subject: '{domain} is switched off as a sending domain',
    lines: [
      'For three days {what} of {domain}, a sending domain of {workspace}, has been missing. {effect}',
      'Publish the records again, and Fairlead switches back by itself.',
    ],
    button: 'See the records',
    end: 'If the domain is not used any more, remove it from the list.',
  },
  'domain-mended': {
    subject: 'Records of {domain} are back',
    lines: ['Fairlead found {what} of {domain}, a sending domain of {workspace}, again. All is as it was.'],
    button: 'See the records',
    end: 'There is nothing to do.',
  },
} as const

/** English: what of a sending domain changed, and what that means for its mail. */
export const domainChangeWords = {
  signing: {
    what: 'the record of its signature (DKIM)',
    lapse: 'Mail is signed by these mail servers as well, so recipients may see a via tag.',
    off: 'Mail is signed by these mail servers alone, and recipients see a via tag. Identities that only the domain vouched for are not verified any more.',
  },
  envelope: {
    what: 'the return-path host (MX and SPF)',
    lapse: 'Returned mail comes to the host of these mail servers meanwhile.',
    off: 'Returned mail comes to the host of these mail servers.',
  },
} as const

export type SystemMailKind = keyof typeof systemMailTexts

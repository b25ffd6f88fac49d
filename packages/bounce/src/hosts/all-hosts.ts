import { activehunter } from './activehunter.ts'
import { aol } from './aol.ts'
import { biglobe } from './biglobe.ts'
import { courier } from './courier.ts'
import { demon } from './demon.ts'
import { domino } from './domino.ts'
import { dragonfly } from './dragonfly.ts'
import { earthlink } from './earthlink.ts'
import { einsundeins } from './einsundeins.ts'
import { exchange2003 } from './exchange-2003.ts'
import { exchange2007 } from './exchange-2007.ts'
import { exim } from './exim.ts'
import { ezweb } from './ezweb.ts'
import { failedRecipientsHeader } from './failed-recipients-header.ts'
import { fml } from './fml.ts'
import { fmlRefusal } from './fml-refusal.ts'
import { gmail } from './gmail.ts'
import { gmailToday } from './gmail-today.ts'
import { gmx } from './gmx.ts'
import { googleGroups } from './google-groups.ts'
import { groupwise } from './groupwise.ts'
import type { HostRule } from './host-rule.ts'
import { hotpop } from './hotpop.ts'
import { imail } from './imail.ts'
import { james } from './james.ts'
import { kddi } from './kddi.ts'
import { lerctr } from './lerctr.ts'
import { llnl } from './llnl.ts'
import { lsmtp } from './lsmtp.ts'
import { mailfoundry } from './mailfoundry.ts'
import { mailmarshal } from './mailmarshal.ts'
import { mdaemon } from './mdaemon.ts'
import { messagingServer } from './messaging-server.ts'
import { mfilter } from './mfilter.ts'
import { microsoftSmtp } from './microsoft-smtp.ts'
import { mxlogic } from './mxlogic.ts'
import { netscape } from './netscape.ts'
import { notes } from './notes.ts'
import { office365Top } from './office365-top.ts'
import { opensmtpd } from './opensmtpd.ts'
import { postfix } from './postfix.ts'
import { powermta } from './powermta.ts'
import { prodigy } from './prodigy.ts'
import { qmail } from './qmail.ts'
import { sendmail } from './sendmail.ts'
import { sina } from './sina.ts'
import { smail } from './smail.ts'
import { surfcontrol } from './surfcontrol.ts'
import { trendmicro } from './trendmicro.ts'
import { usaNet } from './usa-net.ts'
import { verizon } from './verizon.ts'
import { x1 } from './x1.ts'
import { x3 } from './x3.ts'
import { x6 } from './x6.ts'
import { yahoo } from './yahoo.ts'
import { yale } from './yale.ts'
import { zoho } from './zoho.ts'

/**
 * Every system that reports in words of its own. Order matters where two write alike: the narrower stands
 * first.
 */
export const allHosts: readonly HostRule[] = [
  exim,
  gmx,
  einsundeins,
  james,
  qmail,
  yahoo,
  gmail,
  gmailToday,
  googleGroups,
  notes,
  domino,
  imail,
  exchange2003,
  exchange2007,
  office365Top,
  postfix,
  opensmtpd,
  dragonfly,
  biglobe,
  sendmail,
  activehunter,
  courier,
  messagingServer,
  mailmarshal,
  mailfoundry,
  mxlogic,
  mfilter,
  trendmicro,
  ezweb,
  kddi,
  x1,
  x3,
  x6,
  verizon,
  zoho,
  surfcontrol,
  fml,
  fmlRefusal,
  powermta,
  groupwise,
  netscape,
  smail,
  mdaemon,
  usaNet,
  hotpop,
  prodigy,
  microsoftSmtp,
  demon,
  earthlink,
  lsmtp,
  lerctr,
  yale,
  sina,
  aol,
  llnl,
  failedRecipientsHeader,
]

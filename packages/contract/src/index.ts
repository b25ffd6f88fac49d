export { uploadQuery } from './attachments.ts'
export type { ShownCheck, ShownFinding } from './check.ts'
export { fixes } from './check.ts'
export { contract } from './contract.ts'
export type { ConversationCause } from './conversations.ts'
export type { RecordProblemCode } from './domain-problems.ts'
export { recordProblems } from './domain-problems.ts'
export type { Allowlisted, DmarcSummary, DomainRecord, PublishedDmarc, SendingDomain } from './domains.ts'
export type { Doubt } from './doubt.ts'
export { doubtChoices } from './doubt.ts'
export type { Draft, NewDraft, Scheduled } from './drafts.ts'
export type { AcceptedEmail, NewEmail } from './emails.ts'
export type { Identity } from './identities.ts'
export { limits } from './limits.ts'
export type { Capability, Link, ShownSettings } from './link.ts'
export { shownSettings } from './link.ts'
export type {
  CheckStageName,
  ShownCertificate,
  ShownCheckStage,
  ShownFix,
  ToldFix,
  ToldStage,
} from './link-check.ts'
export { checkStages, linkFixes, showCheckStage, shownCheckStage } from './link-check.ts'
export type { ComparedKind, MovedMail } from './links.ts'
export type { LiveNews } from './live.ts'
export { mailedPaths } from './mailed-paths.ts'
export type { ApiKey, Invitation, Member, Waiting } from './members.ts'
export type { OauthClient, PendingConnection } from './oauth.ts'
export type { OauthKind, OauthProvider } from './oauth-states.ts'
export { kindOfProvider, oauthKinds, oauthProviders, providerOfKind } from './oauth-states.ts'
export type { LinkPace, ShownPace } from './pace.ts'
export { linkPace, noPace } from './pace.ts'
export type { ProblemEntry } from './problem-entry.ts'
export type { ProblemBody, ProblemCode, ProblemParams } from './problems.ts'
export { addressProblems, fill, Problem, problemBody, problemCodes, problems } from './problems.ts'
export type { ShownReason } from './reason.ts'
export { reasonSentence, showReason } from './reason.ts'
export type { RecipientChoice, RecipientView } from './recipient-view.ts'
export type { MeasuredMail, RoundTrip } from './round-trip.ts'
export type { Access } from './route.ts'
export { apiPrefix } from './route.ts'
export type { SandboxMessage } from './sandbox.ts'
export type {
  Attempt,
  ConversationRow,
  Delivery,
  DraftAttachment,
  Email,
  RecipientKind,
  ShownEvent,
} from './schemas.ts'
export { capabilitySentences, linkStateSentences, topicTitles } from './sentences/capabilities-en.ts'
export type { DomainNewsKind } from './sentences/domains-en.ts'
export { domainNewsSentences } from './sentences/domains-en.ts'
export { eventSentences, reasonSentences, stateSentences } from './sentences/en.ts'
export type { CheckSentence, LinkFix } from './sentences/link-check-en.ts'
export { testMessage } from './sentences/link-check-en.ts'
export type { LinkNewsKind } from './sentences/links-en.ts'
export { bounceProofSentences, linkNewsSentences } from './sentences/links-en.ts'
export { oauthClientWarnings, oauthWarnings, replacesSentence } from './sentences/oauth-en.ts'
export {
  adviceSentences,
  dmarcSentences,
  mailedBySentences,
  passingSentences,
  signedBySentences,
  standsForSentences,
  tradeOffSentences,
  viaSentences,
} from './sentences/recipient-view-en.ts'
export { sentAloneSentence } from './sentences/retry-en.ts'
export type { RoundTripState, RoundTripTopic } from './sentences/round-trip-en.ts'
export {
  differenceSentences,
  noSignature,
  roundTripNotHere,
  roundTripSentences,
} from './sentences/round-trip-en.ts'
export { memberRemovedSentence } from './sentences/team-en.ts'
export type { ShownProblem } from './shown-problem.ts'
export type { Session, WhoAmI } from './sign-in.ts'
export type {
  SmtpEncryption,
  SmtpLinkForm,
  SmtpLinkSecret,
  SmtpLinkSettings,
  SmtpLoginMethod,
  SmtpMailbox,
  SmtpMeasured,
} from './smtp-link.ts'
export { smtpLinkForm, smtpLinkSecret, smtpLinkSettings } from './smtp-link.ts'
export type { SmtpDetection, SmtpPreset } from './smtp-presets.ts'
export { smtpPresets } from './smtp-presets.ts'
export type {
  BounceProofState,
  CapabilityTopic,
  ChannelKind,
  DeliveryState,
  DepartureLimit,
  EmailState,
  Folder,
  FolderGroup,
  LinkState,
} from './states.ts'
export {
  bounceProofStates,
  capabilityTopics,
  channelKinds,
  deliveryStates,
  emailStates,
  failedFolders,
  folderGroupNames,
  folderGroups,
  folders,
  linkStates,
  reasonGroups,
} from './states.ts'
export type { Notice, ShownInbound, ThreadEmail } from './threads.ts'

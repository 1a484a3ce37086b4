export type { Again } from './again.ts';
export { botState, CHECK_JOB, checkJob } from './bot-state.ts';
export {
  type Chat,
  chatOfUser,
  chatsInDialogue,
  findChat,
  openChat,
  reachable,
  type Stranger,
  setBlocked,
  setDialogue,
  setStep,
  wayTo,
} from './chats.ts';
export { forgetCodes, linkChat, redeemCode, unlinkChat } from './codes.ts';
export { cut, longest } from './cut.ts';
export {
  carry,
  carryEdit,
  DELIVER_JOB,
  type Delivery,
  deliveryOf,
  EDIT_JOB,
  type FailReason,
  isCarried,
  retryDelivery,
} from './deliveries.ts';
export { findGuest, type Guest, giveGuestTo, lockChat } from './guests.ts';
export {
  type Claimed,
  chatsDue,
  claimDelivery,
  endSending,
  firstPart,
  giveUp,
  giveUpAll,
  giveUpStale,
  messageIn,
  noteIncoming,
  partArrived,
  putOff,
} from './outgoing.ts';
export { askForRatings, askJob, moveRating, noteRated, noteWord, ratingAnswered, ratingButtons } from './ratings.ts';
export { claimRevision, forgetPart, notRevised, type Revision, releaseRevisions, revised } from './revisions.ts';
export { type Line, type Saying, say, sayJob, type Words } from './say.ts';
export {
  chatsUnread,
  claimUpdate,
  finishUpdate,
  forgetUpdates,
  holdUpdate,
  isOfRefused,
  keepUpdate,
  putOffUpdate,
  type RawUpdate,
  READ_JOB,
  updatesAfter,
  type WaitingUpdate,
} from './updates.ts';

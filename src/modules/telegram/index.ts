export { findGuest, type Guest, giveGuestTo, lockChat } from './guests.ts';

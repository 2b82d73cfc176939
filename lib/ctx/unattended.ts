/**
 * Sent with what a page asks for by itself while nobody touches it: no sign of life. Whoever sends it without need only
 * lets their own session end sooner.
 */
export const unattendedCookie = "countersign.unattended";

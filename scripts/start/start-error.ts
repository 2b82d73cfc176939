/** Something the person can mend; told as it is, without a stack. */
export class StartError extends Error {}

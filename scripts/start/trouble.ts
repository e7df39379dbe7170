// What a person can fix: shown as its message alone, without a stack.
export class Trouble extends Error {}

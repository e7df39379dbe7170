// What a person can mend: shown as its message alone, without a stack.
export class Trouble extends Error {}

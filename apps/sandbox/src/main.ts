export const a: number = 1; console.log(a);
console.log(1)

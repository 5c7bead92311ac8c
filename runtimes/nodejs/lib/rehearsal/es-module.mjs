// Loaded and called before there is a function.
export const handler = async (event) => event;

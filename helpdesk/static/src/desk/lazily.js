// Parts of the page that few turns need: fetched when somebody asks for them.

export const showPalette = async () => (await import("./palette.js")).show();
export const showHelp = async () => (await import("./help.js")).show();

// Which links of answers may be opened, for the page that draws them and the extension that opens them.

/** Whether it is an address of the web; VS Code still asks the user before it opens one. */
export function isOpenable(url: string): boolean {
  return /^https?:\/\/[^\s]+$/i.test(url);
}

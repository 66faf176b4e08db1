// What stands at the end of every top bar: what ended elsewhere, and help.

export function TopBarTools() {
  return null;
}

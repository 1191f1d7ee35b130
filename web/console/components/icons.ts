/** Outlines on a field of 24 by 24. */
export const ICONS = {
  inbox: ['M4 13.5 6.5 5h11L20 13.5V19H4z', 'M4 13.5h4.5l1.5 2.5h4l1.5-2.5H20'],
  settings: ['M4 7h10M18 7h2M4 17h2M10 17h10', 'M16 9a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM8 19a2 2 0 1 0 0-4 2 2 0 0 0 0 4z'],
  keyboard: ['M3 6.5h18v11H3z', 'M7 10h.01M10.5 10h.01M14 10h.01M17 10h.01M8 14h8'],
  logout: ['M10 4H5v16h5', 'M14 8l4 4-4 4M18 12H9'],
  back: ['M14.5 6l-6 6 6 6'],
  panel: ['M4 5h16v14H4z', 'M15 5v14'],
  send: ['M12 19V5', 'M5.5 11.5 12 5l6.5 6.5'],
  quote: ['M5 5h14v11H9l-4 3.5z', 'M8.5 9h7M8.5 12.5h4'],
  check: ['M5 12.5l4.5 4.5L19 7.5'],
  alert: ['M12 8v5M12 16.5h.01', 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z'],
  clock: ['M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z', 'M12 7.5V12l3 2'],
  calm: ['M4 19c5-9 11-9 16 0', 'M8 14V8M12 12.5V5M16 14V8'],
  plus: ['M12 5v14M5 12h14'],
  close: ['M6 6l12 12M18 6L6 18'],
  brain: ['M9 4a3 3 0 0 0-3 3 3 3 0 0 0-1.5 5.5A3.5 3.5 0 0 0 8 18a3 3 0 0 0 4 1V5a3 3 0 0 0-3-1z', 'M15 4a3 3 0 0 1 3 3 3 3 0 0 1 1.5 5.5A3.5 3.5 0 0 1 16 18a3 3 0 0 1-4 1'],
  document: ['M6 3h8l4 4v14H6z', 'M14 3v4h4', 'M9 12h6M9 16h6'],
  ticket: ['M4 7h16v3.5a1.5 1.5 0 0 0 0 3V17H4v-3.5a1.5 1.5 0 0 0 0-3z', 'M14 7v2.5M14 11v2M14 14.5V17'],
  people: ['M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z', 'M2.5 20c.5-4 3-6 6.5-6s6 2 6.5 6', 'M15.5 4.5a3.5 3.5 0 0 1 0 6M17.5 14.5c2.2.8 3.7 2.5 4 5.5'],
  audit: ['M5 3h14v18H5z', 'M8.5 8h7M8.5 12h7', 'M8.5 16.5l1.5 1.5 3-3'],
  wall: ['M3 4.5h18v12H3z', 'M9 20h6M7 13v-2.5M11 13V8M15 13v-3.5'],
  dead: ['M3 6h18v12H3z', 'M3 6.5l9 6.5 9-6.5', 'M16 15l3 3M19 15l-3 3'],
} as const satisfies Record<string, readonly string[]>

export type IconName = keyof typeof ICONS
